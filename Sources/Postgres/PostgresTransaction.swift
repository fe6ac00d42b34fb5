/// A transaction under way; valid inside the closure it was given to.
package final class PostgresTransaction: Sendable {
  init() {}

  /// Runs one statement inside the transaction. After an error every further one fails with 25P02.
  package func query(
    _ statement: Statement, _ parameters: any PostgresEncodable...
  ) async throws(PostgresError) -> PostgresRows {
    throw PostgresError(.connection("not built yet"), outcome: .notSent)
  }
}
