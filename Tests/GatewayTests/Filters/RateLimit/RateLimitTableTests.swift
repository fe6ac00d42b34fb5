import Foundation
import Testing

@testable import Gateway

@Suite struct RateLimitTableTests {
  private static let second: UInt64 = 1_000_000_000
  private static let perMinute = RateLimitBudget(requests: 100, perSeconds: 60, burst: 100)

  @Test func `a hundred pass at once, and the next waits for its turn`() {
    let table = RateLimitTable(keys: 1024)
    for left in (0..<100).reversed() {
      let decision = table.take(Self.perMinute, hash: 42, now: Self.second)
      #expect(decision.isAllowed)
      #expect(decision.remaining == left)
    }
    let refused = table.take(Self.perMinute, hash: 42, now: Self.second)
    #expect(!refused.isAllowed)
    #expect(refused.remaining == 0)
    #expect(refused.retryAfterSeconds == 1)
    #expect(refused.resetSeconds == 60)
  }

  @Test func `a refused request costs nothing, and one returns every 600 milliseconds`() {
    let table = RateLimitTable(keys: 1024)
    for _ in 0..<100 { _ = table.take(Self.perMinute, hash: 42, now: 0) }
    for _ in 0..<1_000 { #expect(!table.take(Self.perMinute, hash: 42, now: 599_000_000).isAllowed) }
    #expect(table.take(Self.perMinute, hash: 42, now: 601_000_000).isAllowed)
    #expect(!table.take(Self.perMinute, hash: 42, now: 601_000_000).isAllowed)
  }

  @Test func `after the window the whole budget is there again`() {
    let table = RateLimitTable(keys: 1024)
    for _ in 0..<100 { _ = table.take(Self.perMinute, hash: 42, now: 0) }
    #expect(table.take(Self.perMinute, hash: 42, now: 61 * Self.second).remaining == 99)
  }

  @Test func `keys do not share a budget`() {
    let table = RateLimitTable(keys: 1 << 14)
    for _ in 0..<100 { _ = table.take(Self.perMinute, hash: 1 << 40, now: 0) }
    #expect(!table.take(Self.perMinute, hash: 1 << 40, now: 0).isAllowed)
    #expect(table.take(Self.perMinute, hash: 2 << 40, now: 0).isAllowed)
    #expect(table.take(Self.perMinute, hash: 1 << 40 | 1, now: 0).isAllowed)
  }

  /// GCRA as a leaky bucket in whole ticks, kept in a dictionary: what the table has to agree with.
  private struct Model {
    var wholeAt: [UInt64: UInt64] = [:]

    mutating func take(_ budget: RateLimitBudget, _ key: UInt64, _ tick: UInt64) -> (Bool, Int) {
      let start = max(wholeAt[key] ?? 0, tick)
      guard start + budget.interval <= tick + budget.tolerance else {
        return (false, Int((budget.tolerance - (start - tick)) / budget.interval))
      }
      wholeAt[key] = start + budget.interval
      return (true, Int((budget.tolerance - (start + budget.interval - tick)) / budget.interval))
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `decisions agree with a simple model`(seed: UInt64) {
    var random = SplitMix(seed)
    let budget = RateLimitBudget(
      requests: Int.random(in: 1...1_000, using: &random),
      perSeconds: Int.random(in: 1...3_600, using: &random),
      burst: Int.random(in: 1...300, using: &random))
    let table = RateLimitTable(keys: 1 << 14)
    var model = Model()
    // Starts near the end of the clock's turn, so that it wraps in the middle.
    var now = (UInt64(1) << 52) - UInt64.random(in: 0...100, using: &random) * Self.second
    for _ in 0..<20_000 {
      now +=
        UInt64.random(in: 0...1, using: &random) == 0 ? 0 : UInt64.random(in: 0...Self.second, using: &random)
      let key = UInt64.random(in: 1...4, using: &random) << 41
      let decision = table.take(budget, hash: key, now: now)
      let (isAllowed, remaining) = model.take(budget, key, now >> RateLimitBudget.tickShift)
      #expect(decision.isAllowed == isAllowed)
      #expect(decision.remaining == remaining)
      guard decision.isAllowed == isAllowed else { return }
    }
    #expect(table.evictionCount == 0)
  }

  @Test func `waiting as long as told is enough, and never twice too long`() {
    var random = SplitMix(3)
    for _ in 0..<200 {
      let budget = RateLimitBudget(
        requests: Int.random(in: 1...100, using: &random),
        perSeconds: Int.random(in: 1...100, using: &random),
        burst: Int.random(in: 1...20, using: &random))
      let table = RateLimitTable(keys: 1024)
      var decision = table.take(budget, hash: 9, now: 0)
      while decision.isAllowed { decision = table.take(budget, hash: 9, now: 0) }
      let wait = UInt64(decision.retryAfterSeconds) * Self.second
      #expect(table.take(budget, hash: 9, now: wait).isAllowed)
      #expect(decision.retryAfterSeconds <= decision.resetSeconds)
    }
  }

  @Test func `a flood of new keys does not make a refused key forgotten`() {
    let table = RateLimitTable(keys: 1024)
    let limited: UInt64 = 0xabc << 40 | 5
    for _ in 0..<101 { _ = table.take(Self.perMinute, hash: limited, now: 0) }
    var random = SplitMix(1)
    for _ in 0..<200_000 { _ = table.take(Self.perMinute, hash: random.next(), now: 0) }
    #expect(table.evictionCount > 100_000)
    #expect(!table.take(Self.perMinute, hash: limited, now: 0).isAllowed)
  }

  @Test func `budgets that are whole again make room without anything being forgotten`() {
    let table = RateLimitTable(keys: 1024)
    var random = SplitMix(2)
    for round in 0..<1_000 as Range<UInt64> {
      for _ in 0..<100 { _ = table.take(Self.perMinute, hash: random.next(), now: round * 2 * Self.second) }
    }
    #expect(table.evictionCount == 0)
  }

  @Test func `loops that ask at once never give a budget twice`() async {
    for round in 0..<50 as Range<UInt64> {
      let table = RateLimitTable(keys: 8)
      let allowed = await withTaskGroup(of: Int.self) { group in
        for worker in 0..<4 as Range<UInt64> {
          group.addTask { Self.ask(table, seed: round * 4 + worker) }
        }
        return await group.reduce(0, +)
      }
      #expect(allowed == 100)
    }
  }

  /// Asks for one key two hundred times while neighbours of the same line come and go.
  private static func ask(_ table: RateLimitTable, seed: UInt64) -> Int {
    var random = SplitMix(seed)
    let once = RateLimitBudget(requests: 1, perSeconds: 1, burst: 1)
    return (0..<200).count { _ in
      let neighbour = UInt64.random(in: 1...3, using: &random) << 50
      _ = table.take(once, hash: neighbour, now: 0)
      return table.take(perMinute, hash: 7 << 40, now: 0).isAllowed
    }
  }

  @Test func `what others have used puts a key into debt, which it works off`() {
    let table = RateLimitTable(keys: 1024)
    table.add(Self.perMinute.interval * 150, to: Self.perMinute, hash: 42, now: 0)
    let refused = table.take(Self.perMinute, hash: 42, now: 0)
    #expect(!refused.isAllowed && refused.remaining == 0)
    #expect(refused.retryAfterSeconds == 31)
    #expect(!table.take(Self.perMinute, hash: 42, now: 30 * Self.second).isAllowed)
    #expect(table.take(Self.perMinute, hash: 42, now: 31 * Self.second).isAllowed)
  }

  @Test func `a debt has an end`() {
    let table = RateLimitTable(keys: 1024)
    for _ in 0..<100 { table.add(.max, to: Self.perMinute, hash: 42, now: 0) }
    #expect(table.ahead(Self.perMinute, hash: 42, now: 0) == Self.perMinute.debtLimit)
    #expect(table.take(Self.perMinute, hash: 42, now: 8 * 60 * Self.second).isAllowed)
  }

  @Test func `giving back what nobody has taken gives nothing`() {
    let table = RateLimitTable(keys: 1024)
    table.giveBack(Self.perMinute, cost: Self.perMinute.interval * 5, hash: 42, now: 0)
    #expect(table.take(Self.perMinute, hash: 42, now: 0).remaining == 99)
    table.giveBack(Self.perMinute, cost: Self.perMinute.interval * 5, hash: 42, now: 0)
    #expect(table.take(Self.perMinute, hash: 42, now: 0).remaining == 99)
  }

  @Test func `who comes back when the clock has turned finds his budget whole`() {
    let day = 86_400 * Self.second
    let daily = RateLimitBudget(requests: 10, perSeconds: 86_400, burst: 10)
    let table = RateLimitTable(keys: 1024)
    for _ in 0..<10 { _ = table.take(daily, hash: 42, now: 0) }
    for _ in 0..<200 { table.sweep(now: day / 2) }
    #expect(!table.take(daily, hash: 42, now: day / 100).isAllowed)
    for _ in 0..<200 { table.sweep(now: 2 * day) }
    #expect(table.take(daily, hash: 42, now: 51 * day).remaining == 9)
  }

  /// DAYBOOK_LIMIT_KEYS=10000000 for the figure that operations.md states.
  @Test func `a table filled to 60 in 100 forgets and confuses few keys`() throws {
    let count = ProcessInfo.processInfo.environment["DAYBOOK_LIMIT_KEYS"].flatMap { Int($0) } ?? 157_286
    let before = try Self.residentBytes()
    let table = RateLimitTable(keys: count)
    let half = RateLimitBudget(requests: 2, perSeconds: 3_600, burst: 2)
    var confused = 0
    for key in 0..<UInt64(count) {
      let hash = table.hash(policy: 1, key: RateLimitKey(.ipv4, key &* 0x9E37_79B9_7F4A_7C15))
      if table.take(half, hash: hash, now: 0).remaining != 1 { confused += 1 }
    }
    var forgotten = 0
    for key in 0..<UInt64(count) {
      let hash = table.hash(policy: 1, key: RateLimitKey(.ipv4, key &* 0x9E37_79B9_7F4A_7C15))
      if table.ahead(half, hash: hash, now: 0) == 0 { forgotten += 1 }
    }
    let bytes = try Self.residentBytes() - before
    print("\(count) keys: \(bytes >> 20) MiB, \(forgotten) forgotten, \(confused) confused")
    #expect(forgotten * 100 < count * 3)
    #expect(confused * 100_000 < count)
  }

  private static func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * 4_096
  }
}
