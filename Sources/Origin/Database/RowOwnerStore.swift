import Postgres

/// Whose rows are looked at as a whole before one is changed: counted, where nobody may have more than so many, or told
/// apart, where one of them is the default.
enum RowOwnerStore: Sendable {
  case user(Int)
  case business(Int)

  private static let holdUser = Statement("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE")
  private static let holdBusiness = Statement("SELECT FROM businesses WHERE id = $1 FOR NO KEY UPDATE")

  /// Until the commit nobody else who asks for this sees this owner's rows; bookings go on. A statement of its own: one
  /// that waits here and then looks would not see what it waited for. False when there is no such owner.
  @discardableResult
  func hold(in transaction: PostgresTransaction) async throws -> Bool {
    switch self {
    case .user(let id): try await !transaction.query(Self.holdUser, id).isEmpty
    case .business(let id): try await !transaction.query(Self.holdBusiness, id).isEmpty
    }
  }

  private static let holdAllBusinesses = Statement(
    """
    SELECT FROM businesses b JOIN memberships m ON m.business_id = b.id WHERE m.user_id = $1
    ORDER BY b.id FOR NO KEY UPDATE OF b
    """)

  /// All that somebody works in, before himself: until the commit their event types stay as they are.
  static func holdBusinesses(of userID: Int, in transaction: PostgresTransaction) async throws {
    _ = try await transaction.query(holdAllBusinesses, userID)
  }
}

extension PostgresClient {
  /// A transaction in which what is seen of this owner stays as it is.
  func holding<R: Sendable>(
    _ owner: RowOwnerStore, _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    try await transaction { transaction in
      try await owner.hold(in: transaction)
      return try await body(transaction)
    }
  }
}
