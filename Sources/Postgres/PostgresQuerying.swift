/// Where a statement can run: on the client, as a transaction of its own, or inside a transaction under way.
package protocol PostgresQuerying: Sendable {
  func query(
    _ statement: Statement, _ parameters: any PostgresEncodable...
  ) async throws(PostgresError) -> PostgresRows
}

extension PostgresClient: PostgresQuerying {}
extension PostgresTransaction: PostgresQuerying {}
