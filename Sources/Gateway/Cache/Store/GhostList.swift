internal import NIOCore

/// Which keys were thrown out a short while ago: one that comes back has deserved a longer stay. Bounded.
struct GhostList {
  private var order = CircularBuffer<UInt64>()
  private var known: Set<UInt64> = []
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func insert(_ hash: UInt64) {
    guard known.insert(hash).inserted else { return }
    order.append(hash)
    if order.count > limit, let oldest = order.popFirst() { known.remove(oldest) }
  }

  /// Whether it is known; then it is forgotten.
  mutating func take(_ hash: UInt64) -> Bool { known.remove(hash) != nil }
}
