import Foundation
import Postgres

/// The SQL of API keys. Their times follow the real clock, as those of all tokens do.
struct APIKeyStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let columns = "k.id, k.prefix, k.note, k.created_at, k.expires_at, k.last_used_at"

  // MARK: Whose is it?

  /// Who comes with a key.
  struct Owner: Sendable, Equatable {
    var keyID: Int
    var userID: Int
    var expiresAt: Date?
  }

  private static let byHash = Statement.read(
    """
    SELECT id, user_id, expires_at, last_used_at IS NULL OR last_used_at < $2 - interval '1 minute' FROM api_keys
    WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)
    """)
  private static let markUsed = Statement("UPDATE api_keys SET last_used_at = $2 WHERE hash = $1")

  /// Nil for a key that does not count. Notes, once a minute, that it is used.
  func owner(ofHash hash: [UInt8], now: Date) async throws -> Owner? {
    guard let row = try await postgres.query(Self.byHash, hash, now).first else { return nil }
    var columns = row.columns
    let owner = Owner(keyID: try columns.next(), userID: try columns.next(), expiresAt: try columns.next())
    if try columns.next(Bool.self) { _ = try await postgres.query(Self.markUsed, hash, now) }
    return owner
  }

  // MARK: Those of a user

  private static let ofUser = Statement(
    "SELECT \(columns) FROM api_keys k WHERE k.user_id = $1 ORDER BY k.id LIMIT 1000")

  /// Also those that have expired: whoever wonders why one does not work sees it here.
  func keys(of userID: Int) async throws -> [APIKey] {
    try await postgres.query(Self.ofUser, userID).map(APIKey.init(row:))
  }

  private static let insert = Statement(
    """
    INSERT INTO api_keys AS k (business_id, user_id, hash, prefix, note, created_at, expires_at)
    SELECT u.business_id, u.id, $2, $3, $4, $5, $6 FROM users u
    WHERE u.id = $1 AND (SELECT count(*) FROM api_keys WHERE user_id = u.id) < $7
    RETURNING \(columns)
    """)

  /// Nil when he has so many that it is enough.
  func create(_ secret: APIKeySecret, note: String?, expiresAt: Date?, for userID: Int, now: Date)
    async throws
    -> APIKey?
  {
    try await postgres.holding(.user(userID)) { transaction in
      try await transaction.query(
        Self.insert, userID, secret.hash, secret.shown, note, now, expiresAt, APIKey.most
      ).first.map(APIKey.init(row:))
    }
  }

  private static let replace = Statement(
    """
    WITH old AS (DELETE FROM api_keys
                 WHERE id = $1 AND user_id = $2 AND (expires_at IS NULL OR expires_at > $5) RETURNING *)
    INSERT INTO api_keys AS k (business_id, user_id, hash, prefix, note, created_at, expires_at)
    SELECT old.business_id, old.user_id, $3, $4, old.note, $5, $6 FROM old
    RETURNING \(columns)
    """)

  /// The old key is gone when the new one is there; of two at once one gets it. Nil when the old one did not count.
  func replace(_ id: Int, of userID: Int, with secret: APIKeySecret, expiresAt: Date?, now: Date) async throws
    -> APIKey?
  {
    try await postgres.query(Self.replace, id, userID, secret.hash, secret.shown, now, expiresAt)
      .first.map(APIKey.init(row:))
  }

  private static let delete = Statement(
    "DELETE FROM api_keys AS k WHERE k.id = $1 AND k.user_id = $2 RETURNING \(columns)")

  func delete(_ id: Int, of userID: Int) async throws -> APIKey? {
    try await postgres.query(Self.delete, id, userID).first.map(APIKey.init(row:))
  }
}

extension APIKey {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    prefix = try columns.next()
    note = try columns.next()
    createdAt = try columns.next()
    expiresAt = try columns.next()
    lastUsedAt = try columns.next()
  }
}
