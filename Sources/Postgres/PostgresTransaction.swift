/// A transaction under way; valid inside the closure it was given to.
package final class PostgresTransaction: Sendable {
  private let engine: PostgresEngine
  private let lease: TransactionLease

  init(engine: PostgresEngine, lease: TransactionLease) {
    self.engine = engine
    self.lease = lease
  }

  /// Runs one statement inside the transaction. After an error every further one fails with 25P02, until the
  /// closure throws. Statements of several child tasks are sent without waiting for one another.
  package func query(
    _ statement: Statement, _ parameters: any PostgresEncodable...
  ) async throws(PostgresError) -> PostgresRows {
    try await engine.query(statement, parameters, lease: lease)
  }

  private static let commitStatement = Statement("COMMIT")

  /// Once sent, COMMIT is waited for even when the task is cancelled: half-way its outcome would be unknown.
  func commit() async throws(PostgresError) {
    let request = StatementRequest(Self.commitStatement, .none, lease: lease)
    let rows = try await request.waitUncancellably { engine.submit(.statement(request)) }.get()
    guard rows.result.commandTag == "COMMIT" else { throw Self.rolledBack }
  }

  /// COMMIT after a failed statement answers ROLLBACK: an error that the closure swallowed.
  private static let rolledBack = PostgresError(
    .server(
      PostgresServerError(
        sqlState: "25P02", message: "COMMIT rolled back: an earlier statement of the transaction had failed")),
    outcome: .failed)
}
