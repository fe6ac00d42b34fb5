import Foundation

/// Brings a database's schema up to date: numbered `.sql` texts, each in a transaction of its own, under an
/// advisory lock so that several programs may start at once.
package struct Migrator: Sendable {
  private let migrations: [(name: String, sql: String)]

  /// "daybook" in ASCII: the key of the advisory lock.
  private static let lockKey = 0x64_6179_626f_6f6b

  /// Names are `0001_create_users` (with or without `.sql`), in order and without gaps.
  package init(migrations: [(name: String, sql: String)]) {
    self.migrations = migrations
  }

  /// Applies what is missing; gives the names of what it applied.
  ///
  /// Throws ``MigrationError`` before anything is done when the database does not fit this program, and at
  /// the first migration that fails; ``PostgresError`` when the database cannot be reached.
  @discardableResult
  package func apply(to configuration: PostgresConfiguration) async throws -> [String] {
    try await Self.onThread {
      let known = try migrations.map { try Migration(name: $0.name, sql: $0.sql) }
      let session = try LibpqSession(configuration)
      try session.run("SELECT pg_advisory_lock(\(Self.lockKey)); \(Self.createTable)")
      let plan = try MigrationPlan(known: known, applied: Self.applied(session))
      for migration in plan.pending { try Self.apply(migration, session) }
      return plan.pending.map(\.name)
    }
  }

  /// Applies what is missing to the database that a client uses.
  @discardableResult
  package func apply(to client: PostgresClient) async throws -> [String] {
    try await apply(to: client.configuration)
  }

  /// What is applied and what is not, without changing anything.
  package func status(of configuration: PostgresConfiguration) async throws -> MigrationStatus {
    try await Self.onThread {
      let known = try migrations.map { try Migration(name: $0.name, sql: $0.sql) }
      let session = try LibpqSession(configuration)
      let applied = try Self.isNew(session) ? [] : Self.applied(session)
      let done = Set(applied.map(\.number))
      return MigrationStatus(
        applied: applied.map(\.name), pending: known.filter { !done.contains($0.number) }.map(\.name),
        problem: Self.problem(known, applied))
    }
  }

  private static let createTable = """
    CREATE TABLE IF NOT EXISTS schema_migrations (
      number integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )
    """

  private static func problem(_ known: [Migration], _ applied: [AppliedMigration]) -> String? {
    do {
      _ = try MigrationPlan(known: known, applied: applied)
      return nil
    } catch { return error.description }
  }

  private static func isNew(_ session: LibpqSession) throws -> Bool {
    try session.query("SELECT to_regclass('schema_migrations') IS NULL")[0].decode(Bool.self, at: 0)
  }

  private static func applied(_ session: LibpqSession) throws -> [AppliedMigration] {
    try session.query("SELECT number, name, checksum FROM schema_migrations ORDER BY number").map { row in
      var columns = row.columns
      return AppliedMigration(
        number: try columns.next(), name: try columns.next(), checksum: try columns.next())
    }
  }

  private static func apply(_ migration: Migration, _ session: LibpqSession) throws {
    do {
      try session.run("BEGIN")
      try session.run(migration.sql)
      guard session.isInTransaction else { throw MigrationError.endedTransaction(name: migration.name) }
      _ = try session.query(
        "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)", migration.number,
        migration.name, migration.checksum)
      try session.run("COMMIT")
    } catch let error as PostgresError {
      try? session.run("ROLLBACK")
      guard let server = error.server else { throw error }
      throw MigrationError.failed(name: migration.name, reason: server.description)
    }
  }

  /// Blocking work, away from the cooperative pool.
  private static func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
