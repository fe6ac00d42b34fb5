/// Exchanges that wait for a connection, in the order in which they came. Joining, and leaving from anywhere, cost the
/// same however long it is.
struct WaitingLine {
  private var first: Exchange?
  private var last: Exchange?
  private(set) var count = 0

  mutating func append(_ exchange: Exchange) {
    precondition(!exchange.place.isWaiting, "an exchange waits twice")
    exchange.place.isWaiting = true
    exchange.place.previous = last
    if let last { last.place.next = exchange } else { first = exchange }
    last = exchange
    count += 1
  }

  mutating func popFirst() -> Exchange? {
    guard let first else { return nil }
    remove(first)
    return first
  }

  /// Takes it out, if it is in.
  mutating func remove(_ exchange: Exchange) {
    guard exchange.place.isWaiting else { return }
    let (previous, next) = (exchange.place.previous, exchange.place.next)
    if let previous { previous.place.next = next } else { first = next }
    if let next { next.place.previous = previous } else { last = previous }
    exchange.place = WaitingPlace()
    count -= 1
  }
}

/// Where an exchange stands in a ``WaitingLine``; the line's to change.
struct WaitingPlace {
  fileprivate var isWaiting = false
  fileprivate var previous: Exchange?
  fileprivate var next: Exchange?

  init() {}
}
