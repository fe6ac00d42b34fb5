/// What a client may do without getting anything done: each such act costs, work that gets done gives back, and so
/// does time. It bounds rapid reset and the floods of RFC 9113, 10.5.
struct HTTP2Budget: Sendable {
  /// Acts at once.
  private let most: Int
  /// Nanoseconds that give one act back.
  private let interval: UInt64
  private var left: Int
  private var since: UInt64 = 0

  init(most: Int, perSecond: UInt64) {
    self.most = most
    interval = 1_000_000_000 / perSecond
    left = most
  }

  /// False when there is nothing left to pay with.
  mutating func take(now: UInt64) -> Bool {
    if left == most { since = now }
    if left == 0 { refill(now) }
    guard left > 0 else { return false }
    left &-= 1
    return true
  }

  @inline(__always)
  mutating func giveBack(_ count: Int) {
    left = min(most, left &+ count)
  }

  private mutating func refill(_ now: UInt64) {
    let earned = (now &- since) / interval
    since &+= earned &* interval
    left = Int(min(UInt64(most), earned))
  }
}
