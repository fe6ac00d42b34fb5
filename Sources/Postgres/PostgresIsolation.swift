/// The isolation level of a transaction.
package enum PostgresIsolation: Sendable {
  case readCommitted, repeatableRead, serializable, readOnly

  var begin: Statement {
    switch self {
    case .readCommitted: Self.beginReadCommitted
    case .repeatableRead: Self.beginRepeatableRead
    case .serializable: Self.beginSerializable
    case .readOnly: Self.beginReadOnly
    }
  }

  private static let beginReadCommitted = Statement("BEGIN ISOLATION LEVEL READ COMMITTED")
  private static let beginRepeatableRead = Statement("BEGIN ISOLATION LEVEL REPEATABLE READ")
  private static let beginSerializable = Statement("BEGIN ISOLATION LEVEL SERIALIZABLE")
  private static let beginReadOnly = Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
}
