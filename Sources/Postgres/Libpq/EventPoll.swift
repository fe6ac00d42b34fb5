import CPostgres
import Glibc

/// `epoll` over the connections' sockets, and an `eventfd` by which other threads wake the one that waits.
final class EventPoll: Sendable {
  struct Ready {
    let token: UInt64
    let isReadable: Bool
    let isWritable: Bool
  }

  private static let wakeToken = UInt64.max
  private let epoll: Int32
  private let wakeUp: Int32

  init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    precondition(epoll >= 0 && wakeUp >= 0, "epoll or eventfd: no file descriptor left")
    // Edge-triggered: every write is an event, and the counter never needs to be read.
    control(EPOLL_CTL_ADD, wakeUp, token: Self.wakeToken, EPOLLIN.rawValue | EPOLLET.rawValue)
  }

  deinit {
    close(epoll)
    close(wakeUp)
  }

  func add(_ socket: Int32, token: UInt64) {
    control(EPOLL_CTL_ADD, socket, token: token, EPOLLIN.rawValue)
  }

  /// Asks to be told when the socket takes more, or no longer.
  func update(_ socket: Int32, token: UInt64, writable: Bool) {
    control(EPOLL_CTL_MOD, socket, token: token, EPOLLIN.rawValue | (writable ? EPOLLOUT.rawValue : 0))
  }

  /// Before the socket is closed.
  func remove(_ socket: Int32) {
    control(EPOLL_CTL_DEL, socket, token: 0, 0)
  }

  /// From any thread.
  func wake() {
    var one: UInt64 = 1
    _ = unsafe write(wakeUp, &one, MemoryLayout<UInt64>.size)
  }

  /// Waits at most `nanoseconds` (rounded up to milliseconds; negative: for ever) and fills `ready`.
  func wait(nanoseconds: Int64, into ready: inout [Ready]) {
    ready.removeAll(keepingCapacity: true)
    let timeout = nanoseconds < 0 ? -1 : Int32(min((nanoseconds + 999_999) / 1_000_000, 60_000))
    unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 32) { events in
      guard let base = events.baseAddress else { return }
      let count = unsafe epoll_wait(epoll, base, 32, timeout)
      for index in 0..<max(0, Int(count)) {
        let event = unsafe events[index]
        let token = unsafe event.data.u64
        if token != Self.wakeToken { unsafe ready.append(Ready(token, event.events)) }
      }
    }
  }

  private func control(_ operation: Int32, _ socket: Int32, token: UInt64, _ events: UInt32) {
    var event = unsafe epoll_event()
    unsafe event.events = events
    unsafe event.data.u64 = token
    _ = unsafe epoll_ctl(epoll, operation, socket, &event)
  }
}

extension EventPoll.Ready {
  fileprivate init(_ token: UInt64, _ events: UInt32) {
    self.token = token
    // An error or hang-up is found out by reading.
    isReadable = events & (EPOLLIN.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
    isWritable = events & EPOLLOUT.rawValue != 0
  }
}
