import Foundation
import JSON
import Postgres

/// The SQL of codes by mail: one an address, the last that was sent.
struct EmailCodeStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// The code and the mail that carries it, or neither. Jobs of no business are of number 0.
  private static let put = Statement(
    """
    WITH code AS (
      INSERT INTO email_codes (email, hash, expires_at, sent, sent_since)
      VALUES ($1, $2, $3, 1, $4)
      ON CONFLICT (email) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at, attempts = 0,
        sent = CASE WHEN email_codes.sent_since <= $5 THEN 1 ELSE email_codes.sent + 1 END,
        sent_since = CASE WHEN email_codes.sent_since <= $5 THEN $4 ELSE email_codes.sent_since END
      WHERE email_codes.sent_since <= $5 OR email_codes.sent < $6
      RETURNING email)
    INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
    SELECT 0, $7, $8, $9, $4, $4 FROM code RETURNING id
    """)

  /// False when this address was sent too many lately.
  func put(_ code: EmailCode, mail: EmailCodeMail, now: Date) async throws -> Bool {
    try await !postgres.query(
      Self.put, code.email, code.hash, now.addingTimeInterval(EmailCode.life), now,
      now.addingTimeInterval(-3600), EmailCode.mostPerHour, EmailCodeMail.kind, JSONBytes(mail.payload),
      mail.key
    ).isEmpty
  }

  /// One statement, so that guesses at once are counted as guesses one after the other.
  private static let check = Statement(
    """
    UPDATE email_codes SET attempts = attempts + CASE WHEN hash = $2 THEN 0 ELSE 1 END
    WHERE email = $1 AND expires_at > $3 AND attempts < $4 RETURNING hash = $2
    """)

  /// Whether it is the one that was sent; a wrong one counts as an attempt.
  func check(_ code: EmailCode, now: Date) async throws -> Bool {
    try await postgres.query(Self.check, code.email, code.hash, now, EmailCode.mostAttempts).first?
      .decode(Bool.self, at: 0) ?? false
  }

  private static let sweep = Statement("DELETE FROM email_codes WHERE expires_at <= $1 AND sent_since <= $2")

  /// Removes what is over and counts for nothing any more.
  func sweep(now: Date) async throws {
    _ = try await postgres.query(Self.sweep, now, now.addingTimeInterval(-3600))
  }
}
