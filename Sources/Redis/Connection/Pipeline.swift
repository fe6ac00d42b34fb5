internal import NIOCore

/// The commands of one connection: those that wait to be written, and those whose replies are due, in order.
/// Every command gets the same time, so deadlines are in order too.
struct Pipeline<Slot> {
  struct Entry {
    let slot: Slot
    let bytes: [UInt8]
    let deadline: NIODeadline
  }

  private let timeout: TimeAmount
  private var waiting = CircularBuffer<Entry>()
  private var due = CircularBuffer<Entry>()
  /// How many of `due`, from the first on, have had their time: nobody waits for their replies any more.
  private var expired = 0

  init(timeout: TimeAmount) {
    self.timeout = timeout
  }

  var isEmpty: Bool { waiting.isEmpty && due.isEmpty }

  mutating func add(_ slot: Slot, _ bytes: [UInt8], now: NIODeadline) {
    waiting.append(Entry(slot: slot, bytes: bytes, deadline: now + timeout))
  }

  /// The next command that waits, taken out of the pipeline: call `sent` if it is written.
  mutating func nextWaiting() -> Entry? {
    waiting.popFirst()
  }

  mutating func sent(_ entry: Entry) {
    due.append(entry)
  }

  /// Whose reply it is that came. Nil when none was due.
  mutating func replied() -> Entry? {
    guard let entry = due.popFirst() else { return nil }
    expired = max(0, expired - 1)
    return entry
  }

  /// When to call `expire` next.
  var nextDeadline: NIODeadline? {
    if expired < due.count { return due[offset: expired].deadline }
    let stuck = due.first.map { $0.deadline + timeout }
    let unsent = waiting.first?.deadline
    guard let stuck, let unsent else { return stuck ?? unsent }
    return min(stuck, unsent)
  }

  struct Expiry {
    /// Written, but nobody answers; their places are kept, as the replies may still come.
    var due: [Slot] = []
    /// Never written, and out of the pipeline.
    var unsent: [Entry] = []
    /// The first reply has been due for twice its time: the connection is to be given up.
    var isStuck = false
  }

  mutating func expire(now: NIODeadline) -> Expiry {
    var expiry = Expiry()
    while expired < due.count, due[offset: expired].deadline <= now {
      expiry.due.append(due[offset: expired].slot)
      expired += 1
    }
    while let entry = waiting.first, entry.deadline <= now {
      expiry.unsent.append(waiting.removeFirst())
    }
    if let first = due.first { expiry.isStuck = first.deadline + timeout <= now }
    return expiry
  }

  /// The connection is gone: what was written is out of the pipeline, what waits stays.
  mutating func lost() -> [Entry] {
    defer {
      due.removeAll()
      expired = 0
    }
    return Array(due)
  }
}

extension CircularBuffer {
  fileprivate subscript(offset offset: Int) -> Element {
    self[index(startIndex, offsetBy: offset)]
  }
}
