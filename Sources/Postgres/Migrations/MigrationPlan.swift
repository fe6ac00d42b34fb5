/// What is to be done to get from what was applied to what is known; pure, so that every refusal is testable.
struct MigrationPlan: Equatable {
  let pending: [Migration]

  init(known: [Migration], applied: [AppliedMigration]) throws(MigrationError) {
    for (index, migration) in known.enumerated() where migration.number != index + 1 {
      throw .outOfOrder(name: migration.name, expected: index + 1)
    }
    for row in applied {
      guard row.number >= 1, row.number <= known.count else {
        throw .unknown(number: row.number, name: row.name)
      }
      let migration = known[row.number - 1]
      guard row.checksum == migration.checksum else { throw .changed(name: migration.name) }
    }
    let numbers = Set(applied.map(\.number))
    let last = numbers.max() ?? 0
    if let missing = known.prefix(last).first(where: { !numbers.contains($0.number) }) {
      throw .gap(name: missing.name)
    }
    pending = Array(known.dropFirst(last))
  }
}
