import Postgres

/// `origin migrate`.
package enum DatabaseCommands {
  /// Applies what is missing; the names of what it applied.
  package static func migrate(_ configuration: OriginConfiguration) async throws -> [String] {
    try await Migrations.migrator.apply(to: PostgresConfiguration(url: configuration.databaseURL))
  }
}
