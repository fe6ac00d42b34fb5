/// The isolation level of a transaction.
package enum PostgresIsolation: Sendable {
  case readCommitted, repeatableRead, serializable
  /// One unchanging view of everything, for reports.
  case readOnly

  var begin: String {
    switch self {
    case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
    case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
    case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
    case .readOnly: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    }
  }
}
