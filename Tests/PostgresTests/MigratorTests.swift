import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
  private static let two: [(name: String, sql: String)] = [
    ("0001_create_a", "CREATE TABLE a (id bigint); CREATE TABLE b (id bigint);"),
    ("0002_fill_a.sql", "INSERT INTO a VALUES (1), (2);\n-- a comment at the end"),
  ]

  private func count(_ url: String) async throws -> Int {
    let client = PostgresClient(configuration: PostgresConfiguration(url: url))
    let count = try await client.query(.once("SELECT count(*) FROM a"))[0].decode(Int.self, at: 0)
    await client.shutdown()
    return count
  }

  @Test func `migrations are applied once, in order`() async throws {
    try await withDatabase { url async throws in
      let configuration = PostgresConfiguration(url: url)
      let migrator = Migrator(migrations: Self.two)
      #expect(try await migrator.status(of: configuration).pending == ["0001_create_a", "0002_fill_a"])
      #expect(try await migrator.apply(to: configuration) == ["0001_create_a", "0002_fill_a"])
      #expect(try await migrator.apply(to: configuration) == [])
      #expect(try await migrator.status(of: configuration).isCurrent)
      #expect(try await count(url) == 2)
    }
  }

  @Test func `eight programs that start at once apply each migration once`() async throws {
    try await withDatabase { url async throws in
      let applied = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await Migrator(migrations: Self.two).apply(to: PostgresConfiguration(url: url)).count
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(applied == 2)
      #expect(try await count(url) == 2)
    }
  }

  @Test func `a failing migration leaves nothing and names itself`() async throws {
    try await withDatabase { url async throws in
      let configuration = PostgresConfiguration(url: url)
      let broken = Migrator(
        migrations: Self.two + [("0003_break", "INSERT INTO a VALUES (3); INSERT INTO nowhere VALUES (1)")])
      let error = await #expect(throws: MigrationError.self) { try await broken.apply(to: configuration) }
      guard case .failed("0003_break", let reason) = error else { throw error ?? .badName("") }
      #expect(reason.contains("42P01"))
      #expect(try await count(url) == 2)
      #expect(try await broken.status(of: configuration).pending == ["0003_break"])
    }
  }

  @Test func `a migration that commits by itself is refused`() async throws {
    try await withDatabase { url async throws in
      let sneaky = Migrator(migrations: [("0001_sneak", "CREATE TABLE a (id bigint); COMMIT; SELECT 1")])
      await #expect(throws: MigrationError.endedTransaction(name: "0001_sneak")) {
        try await sneaky.apply(to: PostgresConfiguration(url: url))
      }
    }
  }

  @Test func `an edited migration and a newer database are refused and reported`() async throws {
    try await withDatabase { url async throws in
      let configuration = PostgresConfiguration(url: url)
      try await Migrator(migrations: Self.two).apply(to: configuration)
      let edited = Migrator(migrations: [Self.two[0], ("0002_fill_a", "INSERT INTO a VALUES (1)")])
      await #expect(throws: MigrationError.changed(name: "0002_fill_a")) {
        try await edited.apply(to: configuration)
      }
      let older = Migrator(migrations: [Self.two[0]])
      await #expect(throws: MigrationError.unknown(number: 2, name: "0002_fill_a")) {
        try await older.apply(to: configuration)
      }
      #expect(try await older.status(of: configuration).problem?.contains("newer") == true)
    }
  }

  @Test func `a database that is not there is a clean error`() async throws {
    let port = try FreePort.find()
    let configuration = PostgresConfiguration(url: "postgres://postgres@127.0.0.1:\(port)/none")
    let error = await #expect(throws: PostgresError.self) {
      try await Migrator(migrations: Self.two).apply(to: configuration)
    }
    #expect(error?.outcome == .notSent)
  }
}
