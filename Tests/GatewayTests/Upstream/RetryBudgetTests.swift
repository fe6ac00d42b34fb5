import Testing

@testable import Gateway

@Suite struct RetryBudgetTests {
  private static let second: UInt64 = 1_000_000_000

  private func budget(percent: Int, floor: Int) -> RetryBudget {
    var rules = RetryConfiguration()
    rules.percent = percent
    rules.floor = floor
    return RetryBudget(rules)
  }

  @Test func `a quiet upstream has the floor, a busy one its share more`() {
    var budget = budget(percent: 20, floor: 2)
    let taken = (0..<3).map { _ in budget.take(at: 0) }
    #expect(taken == [true, true, false])
    for _ in 0..<100 { budget.noteRequest(at: 0) }
    var more = 0
    while budget.take(at: 0) { more += 1 }
    #expect(more == 20)
  }

  @Test func `it fills again as time goes by`() {
    var budget = budget(percent: 0, floor: 1)
    let taken = [0, 4, 20].map { budget.take(at: $0 * Self.second) }
    #expect(taken == [true, false, true])
  }
}
