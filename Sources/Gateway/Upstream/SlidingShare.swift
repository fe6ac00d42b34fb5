/// How many of the things that happened lately were of one kind, such as requests that were retries. Lately is the
/// running half of a window and the one before it, so that forgetting costs nothing.
struct SlidingShare: Sendable {
  private let half: UInt64
  private var end: UInt64 = 0
  private var current = (total: 0, marked: 0)
  private var previous = (total: 0, marked: 0)

  /// - Parameter nanoseconds: the window.
  init(window nanoseconds: UInt64) {
    half = max(1, nanoseconds / 2)
  }

  var total: Int { current.total &+ previous.total }
  var marked: Int { current.marked &+ previous.marked }

  /// Something happened.
  mutating func add(at now: UInt64) {
    if now >= end { turn(at: now) }
    current.total &+= 1
  }

  /// One of what happened was of the kind.
  mutating func mark(at now: UInt64) {
    if now >= end { turn(at: now) }
    current.marked &+= 1
  }

  /// Forgets what is too old, for who asks without adding.
  mutating func forget(at now: UInt64) {
    if now >= end { turn(at: now) }
  }

  mutating func clear() {
    current = (0, 0)
    previous = (0, 0)
  }

  private mutating func turn(at now: UInt64) {
    previous = now < end &+ half ? current : (0, 0)
    current = (0, 0)
    end = now &+ half
  }
}
