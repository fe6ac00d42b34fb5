internal import NIOCore

/// Who waits for whose answer: of many requests for the same thing at the same time one asks the upstream, and the
/// others wait for what it stores.
struct CrowdTable {
  /// Why waiting is over.
  enum Outcome: Sendable {
    /// There is an entry now.
    case stored
    /// The leader left without an answer: look again, one of you may lead.
    case abandoned
    /// The answer is not for sharing, or too late: everybody asks for himself, all at the same time.
    case alone
    /// The upstream failed: use what is stale, if that is allowed.
    case failed
  }

  /// A place in a crowd.
  struct Ticket: Sendable {
    let place: UInt64
    let number: UInt64
  }

  struct Waiter: Sendable {
    let exchange: NIOLoopBound<Exchange>
    let generation: Int
  }

  private struct Crowd {
    let leader: UInt64
    var waiters: [UInt64: Waiter] = [:]
  }

  /// More go by themselves.
  static let waiterLimit = 20_000
  /// How long a key is remembered whose answers are not for sharing: its crowds do not wait.
  static let aloneMilliseconds = 10_000
  private static let aloneLimit = 1_024

  private var crowds: [UInt64: Crowd] = [:]
  private var alone: [UInt64: Int] = [:]
  private var number: UInt64 = 0

  enum Boarding {
    case leads(Ticket)
    case waits(Ticket)
    case alone
  }

  /// Joins a crowd, or begins one. Who waits looks again afterwards, so that an answer from before a purge is never
  /// taken for one after it.
  mutating func board(_ place: UInt64, waiter: Waiter?, now: Int) -> Boarding {
    if let until = alone[place] {
      if until > now { return .alone }
      alone[place] = nil
    }
    number += 1
    guard let count = crowds[place]?.waiters.count else {
      crowds[place] = Crowd(leader: number)
      return .leads(Ticket(place: place, number: number))
    }
    guard let waiter, count < Self.waiterLimit else { return .alone }
    crowds[place]?.waiters[number] = waiter
    return .waits(Ticket(place: place, number: number))
  }

  /// Who waits no more.
  mutating func leave(_ ticket: Ticket) {
    crowds[ticket.place]?.waiters[ticket.number] = nil
  }

  /// The leader is done; who waited for him.
  mutating func land(_ ticket: Ticket) -> [Waiter] {
    guard let crowd = crowds[ticket.place], crowd.leader == ticket.number else { return [] }
    crowds[ticket.place] = nil
    return Array(crowd.waiters.values)
  }

  mutating func goAlone(_ place: UInt64, now: Int) {
    if alone.count >= Self.aloneLimit { alone.removeAll(keepingCapacity: true) }
    alone[place] = now + Self.aloneMilliseconds
  }

  mutating func share(_ place: UInt64) { alone[place] = nil }
}
