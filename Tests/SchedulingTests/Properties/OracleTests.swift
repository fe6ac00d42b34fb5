import Testing

@testable import Scheduling

/// The generator against slots.md read literally.
@Suite struct OracleTests {
  @Test(arguments: 0..<150)
  func `one host is answered as minute by minute`(seed: Int) {
    let made = RandomCase(seed: seed)
    let oracle = SlotOracle(rules: made.rules, hosts: made.hosts, query: made.query)
    #expect(made.generator.slots(made.query).map(\.start.seconds) == oracle.starts())
  }

  @Test(arguments: 0..<30)
  func `a collective is answered as minute by minute`(seed: Int) {
    let made = RandomCase(seed: 10_000 + seed, hostCount: 2, poolFrom: 2)
    let oracle = SlotOracle(rules: made.rules, hosts: made.hosts, query: made.query)
    #expect(made.generator.slots(made.query).map(\.start.seconds) == oracle.starts())
  }

  @Test(arguments: 0..<40)
  func `a round robin, with a fixed host or without, is answered as minute by minute`(seed: Int) {
    let made = RandomCase(seed: 20_000 + seed, hostCount: 3, poolFrom: seed % 2)
    let oracle = SlotOracle(rules: made.rules, hosts: made.hosts, query: made.query)
    #expect(made.generator.slots(made.query).map(\.start.seconds) == oracle.starts())
  }
}
