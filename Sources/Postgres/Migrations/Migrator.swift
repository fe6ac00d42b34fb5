/// Brings a database's schema up to date: numbered `.sql` texts, each in a transaction of its own.
package struct Migrator: Sendable {
  package let migrations: [(name: String, sql: String)]

  /// Names are `0001_create_users` (with or without `.sql`), in order and without gaps.
  package init(migrations: [(name: String, sql: String)]) {
    self.migrations = migrations
  }

  /// Applies what is missing; gives the names of what it applied.
  @discardableResult
  package func apply(to configuration: PostgresConfiguration) async throws -> [String] { [] }

  /// Applies what is missing to the database that a client uses.
  @discardableResult
  package func apply(to client: PostgresClient) async throws -> [String] {
    try await apply(to: client.configuration)
  }

  /// What is applied and what is not, without changing anything.
  package func status(of configuration: PostgresConfiguration) async throws -> MigrationStatus {
    MigrationStatus(applied: [], pending: migrations.map(\.name), problem: nil)
  }
}
