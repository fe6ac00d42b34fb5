import Postgres

/// Whose rows are counted before there is one more, where nobody may have more than so many.
enum RowOwnerStore: Sendable {
  case user(Int)
  case business(Int)

  private static let holdUser = Statement("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE")
  private static let holdBusiness = Statement("SELECT FROM businesses WHERE id = $1 FOR NO KEY UPDATE")

  /// Until the commit nobody else counts this owner's rows; bookings go on. A statement of its own: one that waits
  /// here and then counts would not see what it waited for. False when there is no such owner.
  @discardableResult
  func hold(in transaction: PostgresTransaction) async throws -> Bool {
    switch self {
    case .user(let id): try await !transaction.query(Self.holdUser, id).isEmpty
    case .business(let id): try await !transaction.query(Self.holdBusiness, id).isEmpty
    }
  }
}

extension PostgresClient {
  /// A transaction in which what is counted of this owner stays as counted.
  func counting<R: Sendable>(
    of owner: RowOwnerStore, _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    try await transaction { transaction in
      try await owner.hold(in: transaction)
      return try await body(transaction)
    }
  }
}
