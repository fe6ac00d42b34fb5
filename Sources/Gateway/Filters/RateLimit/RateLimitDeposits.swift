/// What a request has paid in advance into budgets that count certain answers only, until its answer is known.
package struct RateLimitDeposits: Sendable {
  package struct Deposit: Sendable {
    /// The place of the budget in its route.
    package let slot: Int
    package let key: RateLimitKey
  }

  /// Budgets of one route that count answers.
  package static let capacity = 4

  package private(set) var count = 0
  private var slots: UInt32 = 0
  private var kinds: UInt32 = 0
  private var values = InlineArray<4, UInt64>(repeating: 0)

  package init() {}

  package var isEmpty: Bool { count == 0 }

  package subscript(index: Int) -> Deposit {
    let shift = UInt32(index * 8)
    let kind = RateLimitKey.Kind(rawValue: UInt8(truncatingIfNeeded: kinds >> shift)) ?? .route
    return Deposit(slot: Int(slots >> shift & 0xff), key: RateLimitKey(kind, values[index]))
  }

  package mutating func append(slot: Int, _ key: RateLimitKey) {
    guard count < Self.capacity else { return }
    slots |= UInt32(slot) << UInt32(count * 8)
    kinds |= UInt32(key.kind.rawValue) << UInt32(count * 8)
    values[count] = key.value
    count += 1
  }
}
