import Testing

@testable import Scheduling

/// The generator against slots.md read literally.
@Suite struct OracleTests {
  @Test func `most of what is made up here has slots`() {
    let one = (0..<150).map { RandomCase(seed: $0) }
    let collective = (0..<30).map { RandomCase(seed: 10_000 + $0, hostCount: 2, poolFrom: 2, openDays: 85) }
    let pool = (0..<40).map { RandomCase(seed: 20_000 + $0, hostCount: 3, poolFrom: $0 % 2, openDays: 80) }
    for (cases, least) in [(one, 75), (collective, 15), (pool, 25)] {
      let full = cases.filter { !$0.generator.slots($0.query).isEmpty }
      #expect(full.count >= least, "\(full.count) of \(cases.count)")
    }
  }

  @Test(arguments: 0..<150)
  func `one host is answered as minute by minute`(seed: Int) {
    let made = RandomCase(seed: seed)
    let oracle = SlotOracle(rules: made.rules, hosts: made.hosts, query: made.query)
    #expect(made.generator.slots(made.query).map(\.start.seconds) == oracle.starts())
  }

  @Test(arguments: 0..<30)
  func `a collective is answered as minute by minute`(seed: Int) {
    let made = RandomCase(seed: 10_000 + seed, hostCount: 2, poolFrom: 2, openDays: 85)
    let oracle = SlotOracle(rules: made.rules, hosts: made.hosts, query: made.query)
    #expect(made.generator.slots(made.query).map(\.start.seconds) == oracle.starts())
  }

  @Test(arguments: 0..<40)
  func `a round robin, with a fixed host or without, is answered as minute by minute`(seed: Int) {
    let made = RandomCase(seed: 20_000 + seed, hostCount: 3, poolFrom: seed % 2, openDays: 80)
    let oracle = SlotOracle(rules: made.rules, hosts: made.hosts, query: made.query)
    #expect(made.generator.slots(made.query).map(\.start.seconds) == oracle.starts())
  }
}
