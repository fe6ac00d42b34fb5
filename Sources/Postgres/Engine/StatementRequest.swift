/// One statement with its parameters, on its way through queue and connection.
final class StatementRequest: Reply<PostgresRows>, @unchecked Sendable {
  let statement: Statement
  let parameters: PostgresParameters
  /// The transaction whose connection it belongs to; nil for an independent statement.
  let lease: TransactionLease?
  /// When it was asked for, on the monotonic clock.
  let startedAt: Int64

  /// How often it was sent; touched by the I/O thread only.
  var attempts = 0

  init(_ statement: Statement, _ parameters: PostgresParameters, lease: TransactionLease? = nil) {
    self.statement = statement
    self.parameters = parameters
    self.lease = lease
    self.startedAt = MonotonicTime.now
  }

  var key: PreparedStatements.Key {
    PreparedStatements.Key(statement: statement.id, signature: parameters.signature)
  }
}
