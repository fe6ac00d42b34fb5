import Testing

@testable import Postgres

@Suite struct MigrationPlanTests {
  private static func known(_ count: Int) throws -> [Migration] {
    try (1...count).map { try Migration(name: "000\($0)_step", sql: "SELECT \($0)") }
  }

  private static func applied(_ migrations: [Migration]) -> [AppliedMigration] {
    migrations.map { AppliedMigration(number: $0.number, name: $0.name, checksum: $0.checksum) }
  }

  @Test func `what has not run is pending, in order`() throws {
    let known = try Self.known(3)
    #expect(try MigrationPlan(known: known, applied: []).pending == known)
    #expect(try MigrationPlan(known: known, applied: Self.applied([known[0]])).pending == Array(known[1...]))
    #expect(try MigrationPlan(known: known, applied: Self.applied(known)).pending.isEmpty)
  }

  @Test func `an edited migration is refused`() throws {
    let known = try Self.known(2)
    let old = [AppliedMigration(number: 1, name: "0001_step", checksum: "0")]
    #expect(throws: MigrationError.changed(name: "0001_step")) {
      try MigrationPlan(known: known, applied: old)
    }
  }

  @Test func `a database newer than the program is refused`() throws {
    let known = try Self.known(2)
    let newer = Self.applied(try Self.known(3))
    #expect(throws: MigrationError.unknown(number: 3, name: "0003_step")) {
      try MigrationPlan(known: known, applied: newer)
    }
  }

  @Test func `a gap in what was applied is refused`() throws {
    let known = try Self.known(3)
    #expect(throws: MigrationError.gap(name: "0002_step")) {
      try MigrationPlan(known: known, applied: Self.applied([known[0], known[2]]))
    }
  }

  @Test func `numbers that do not go up one by one are refused`() throws {
    let known = [try Migration(name: "0001_a", sql: ""), try Migration(name: "0003_b", sql: "")]
    #expect(throws: MigrationError.outOfOrder(name: "0003_b", expected: 2)) {
      try MigrationPlan(known: known, applied: [])
    }
  }

  @Test(arguments: ["create_users", "0001", "0000_zero", "_1_a", "0001-create", "١_a"])
  func `a name without a number is refused`(name: String) {
    #expect(throws: MigrationError.badName(name)) { try Migration(name: name, sql: "") }
  }
}
