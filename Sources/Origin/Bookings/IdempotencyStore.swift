import Foundation
import Postgres
import Problem

/// The SQL of requests that named themselves.
extension IdempotencyKey {
  private static let sweep = Statement("DELETE FROM idempotency_keys WHERE created_at <= $1")

  /// Removes what nobody can ask for any more.
  static func sweep(now: Date, on postgres: some PostgresQuerying) async throws {
    _ = try await postgres.query(sweep, now.addingTimeInterval(-life))
  }

  private static let find = Statement(
    """
    SELECT request, status, body FROM idempotency_keys
    WHERE business_id = $1 AND scope = $2 AND key = $3 AND created_at > $4
    """)

  /// What was answered before; nil for a request that is new.
  /// - Throws: 422 when the key stood for another request.
  func answer(in businessID: Int, now: Date, on postgres: some PostgresQuerying) async throws -> Answer? {
    let rows = try await postgres.query(
      Self.find, businessID, scope, key, now.addingTimeInterval(-Self.life))
    guard let row = rows.first else { return nil }
    guard try row.decode([UInt8].self, at: 0) == request else {
      throw Problem(
        status: 422, reason: "idempotency_key_reused",
        message: "This Idempotency-Key stood for another request; use a new one for each.")
    }
    return Answer(status: Int(try row.decode(Int16.self, at: 1)), body: try row.decode([UInt8].self, at: 2))
  }

  /// One whose day is over makes room for the next.
  private static let keep = Statement(
    """
    INSERT INTO idempotency_keys AS k (business_id, scope, key, request, status, body, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT ON CONSTRAINT idempotency_keys_pkey DO UPDATE
      SET request = excluded.request, status = excluded.status, body = excluded.body,
        created_at = excluded.created_at
      WHERE k.created_at <= $8
    RETURNING key
    """)

  /// False when somebody else was quicker with the same key.
  func keep(_ answer: Answer, in businessID: Int, now: Date, on postgres: some PostgresQuerying) async throws
    -> Bool
  {
    try await !postgres.query(
      Self.keep, businessID, scope, key, request, Int16(answer.status), answer.body, now,
      now.addingTimeInterval(-Self.life)
    ).isEmpty
  }
}
