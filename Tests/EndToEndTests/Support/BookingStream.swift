import Foundation
import JSON
import Synchronization

/// Clients that book without end, three always wanting times that overlap, and write down what was acknowledged. Every
/// second request names itself, and is sent again under its name until it is answered.
final class BookingStream: Sendable {
  private struct State {
    var acknowledged: Set<String> = []
    var named: [Named] = []
    var unexpected: [String] = []
    var refusals = 0
    var failures = 0
    var next = 0
    var isOver = false
  }

  /// A request that named itself, and the uid that it was told.
  struct Named: Sendable {
    var key: String
    var body: String
    var uid: String
  }

  private let state = Mutex(State())
  private let port: Int
  /// A type of 30 minutes and one of 60, of the same host.
  private let eventTypes: [Int]

  init(port: Int, eventTypes: [Int]) {
    self.port = port
    self.eventTypes = eventTypes
  }

  /// The uids that came with a 201.
  var acknowledged: Set<String> { state.withLock { $0.acknowledged } }
  /// Those of them whose requests had a name.
  var named: [Named] { state.withLock { $0.named } }
  /// Answers that nobody should get, whatever is down.
  var unexpected: [String] { state.withLock { $0.unexpected } }
  /// How it went, for people.
  var summary: String {
    state.withLock { "\($0.acknowledged.count) booked, \($0.refusals) refused, \($0.failures) not answered" }
  }

  /// Until ``stop()``.
  func run(clients: Int) async {
    await withTaskGroup(of: Void.self) { group in
      for client in 0..<clients {
        group.addTask { try? await offPool { self.book(as: client) } }
      }
    }
  }

  func stop() { state.withLock { $0.isOver = true } }

  private func book(as client: Int) {
    var connection: HTTPConnection?
    while let index = nextIndex() {
      let start = Daybook.time(index / 3 * 60 + index % 2 * 30)
      let body = Daybook.booking(
        eventTypes[index % eventTypes.count], start, email: "leo-\(client)@mail.test")
      let key = index / 3 % 2 == 0 ? "k-\(index)" : nil
      while true {
        do {
          let open = try connection ?? HTTPConnection(port: port)
          connection = open
          if note(try Self.send(body, key, on: open), key, body) || key == nil { break }
        } catch {
          connection = nil
          let isOver = state.withLock { state in
            state.failures += 1
            return state.isOver
          }
          if key == nil || isOver { break }
          usleep(50_000)
        }
      }
    }
  }

  static func send(_ body: String, _ key: String?, on connection: HTTPConnection) throws -> HTTPAnswer {
    try connection.send(
      "POST", "/v2/bookings", body: body, fields: key.map { [("Idempotency-Key", $0)] } ?? [])
  }

  private func nextIndex() -> Int? {
    state.withLock { state in
      defer { state.next += 1 }
      return state.isOver ? nil : state.next
    }
  }

  /// Whether that was an answer.
  private func note(_ answer: HTTPAnswer, _ key: String?, _ body: String) -> Bool {
    let uid = answer.uid
    let isOver = state.withLock { state in
      switch answer.status {
      case 201:
        guard let uid else {
          state.unexpected.append(answer.text)
          break
        }
        state.acknowledged.insert(uid)
        if let key { state.named.append(Named(key: key, body: body, uid: uid)) }
      case 400 where answer.reason == "slot_taken": state.refusals += 1
      case 502, 503, 504:
        if answer.reason == nil { state.unexpected.append(answer.text) }
        state.failures += 1
        return state.isOver
      default: state.unexpected.append("\(answer.status) \(answer.text)")
      }
      return true
    }
    // What is down refuses at once: leave the processors to those who start it again.
    if answer.status > 500 { usleep(50_000) }
    return isOver
  }
}
