import HTTPTypes
import Foundation
import Hummingbird
import Postgres
import Problem
import Secrets

/// A request that named itself with `Idempotency-Key`: the same one again, within a day, gets the answer of the first.
/// The answer is written in the transaction of the fact, so there is never one without the other.
struct IdempotencyKey: Sendable {
  /// Who asked: two callers' keys never meet.
  let scope: String
  let key: String
  /// SHA-256 of what was asked.
  let request: [UInt8]

  static let life: TimeInterval = 24 * 3600

  /// Nil where the caller named nothing.
  init?(_ request: Request, body: [UInt8], caller: Caller?) throws(Problem) {
    guard let key = request.headers[.idempotencyKey] else { return nil }
    guard 1...255 ~= key.utf8.count, key.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw .badRequest(
        "invalid_idempotency_key", "Idempotency-Key must have 1 to 255 visible ASCII characters.")
    }
    scope = caller.map { "user:\($0.userID)" } ?? "public"
    self.key = key
    self.request = SHA256.hash(Array("\(request.method.rawValue) \(request.uri.path)\n".utf8) + body)
  }

  /// An answer that was given before.
  struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
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
