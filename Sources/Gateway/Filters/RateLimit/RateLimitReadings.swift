/// What the limits of a route have said to one request, for its answer: a value without memory of its own.
package struct RateLimitReadings: Sendable {
  /// Budgets that one route can ask.
  package static let capacity = 8
  private static let numberBits: UInt64 = 28
  private static let numberMask: UInt64 = 1 << numberBits - 1

  package private(set) var count = 0
  private var words = InlineArray<8, UInt64>(repeating: 0)

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// - Parameter slot: the place of the budget in its route.
  package mutating func append(slot: Int, _ decision: RateLimitDecision) {
    guard count < Self.capacity else { return }
    let word = Self.word(slot, decision)
    var index = count
    // In the order of the slots, which the word begins with, whoever was asked first.
    while index > 0, words[index - 1] > word {
      words[index] = words[index - 1]
      index -= 1
    }
    words[index] = word
    count += 1
  }

  /// Says it anew, after something was given back.
  package mutating func replace(slot: Int, _ decision: RateLimitDecision) {
    for index in 0..<count where self.slot(index) == slot { words[index] = Self.word(slot, decision) }
  }

  package func slot(_ index: Int) -> Int { Int(words[index] >> (2 * Self.numberBits)) }

  /// Requests that would pass at once.
  package func remaining(_ index: Int) -> Int {
    Int(words[index] >> Self.numberBits & Self.numberMask)
  }

  /// Seconds until the budget is whole again, rounded up.
  package func resetSeconds(_ index: Int) -> Int { Int(words[index] & Self.numberMask) }

  private static func word(_ slot: Int, _ decision: RateLimitDecision) -> UInt64 {
    UInt64(slot) << (2 * numberBits) | (UInt64(decision.remaining) & numberMask) << numberBits
      | UInt64(decision.resetSeconds) & numberMask
  }
}
