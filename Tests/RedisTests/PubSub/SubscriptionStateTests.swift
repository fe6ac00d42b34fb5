import Testing

@testable import Redis

@Suite struct SubscriptionStateTests {
  private final class Ear {}

  private var state = SubscriptionState<Ear>()
  private let one = Ear()
  private let two = Ear()

  private func reply(_ parts: String...) -> RESPValue {
    .array(parts.map { .bulk(Array($0.utf8)) })
  }

  private func subscribed(_ channel: String) -> RESPValue {
    .array([.bulk(Array("subscribe".utf8)), .bulk(Array(channel.utf8)), .integer(1)])
  }

  private func told(_ action: SubscriptionState<Ear>.Action, _ message: RedisMessage) -> [Ear]? {
    guard case .tell(let ears, message) = action else { return nil }
    return ears
  }

  @Test mutating func `a listener before the connection is subscribed when it opens`() throws {
    guard case .none = state.add(one, on: "a") else { return #expect(Bool(false)) }
    #expect(state.opened() == ["a"])
    #expect(told(try state.received(subscribed("a")), .resumed)?.first === one)
    #expect(told(try state.received(reply("message", "a", "hi")), .published(Array("hi".utf8)))?.count == 1)
  }

  @Test mutating func `a second listener on a standing channel is told at once, and alone`() throws {
    _ = state.add(one, on: "a")
    _ = state.opened()
    _ = try state.received(subscribed("a"))
    let ears = told(state.add(two, on: "a"), .resumed)
    #expect(ears?.count == 1 && ears?.first === two)
    #expect(told(try state.received(reply("message", "a", "hi")), .published(Array("hi".utf8)))?.count == 2)
  }

  @Test mutating func `a channel is subscribed once, and left with its last listener`() {
    _ = state.opened()
    guard case .subscribe("a") = state.add(one, on: "a") else { return #expect(Bool(false)) }
    guard case .none = state.add(two, on: "a") else { return #expect(Bool(false)) }
    guard case .none = state.remove(one, from: "a") else { return #expect(Bool(false)) }
    guard case .none = state.remove(one, from: "a") else { return #expect(Bool(false)) }
    guard case .unsubscribe("a") = state.remove(two, from: "a") else { return #expect(Bool(false)) }
  }

  /// Between the two SUBSCRIBEs lies an UNSUBSCRIBE: after the first answer messages can still be missed.
  @Test mutating func `left and joined again, only the last answer counts`() throws {
    _ = state.opened()
    _ = state.add(one, on: "a")
    _ = state.remove(one, from: "a")
    guard case .subscribe("a") = state.add(two, on: "a") else { return #expect(Bool(false)) }
    #expect(told(try state.received(subscribed("a")), .resumed) == nil)
    guard case .none = try state.received(reply("unsubscribe", "a", "0")) else {
      return #expect(Bool(false))
    }
    #expect(told(try state.received(subscribed("a")), .resumed)?.first === two)
  }

  @Test mutating func `after a reconnection everybody is told again, once per channel`() throws {
    _ = state.add(one, on: "a")
    _ = state.add(two, on: "b")
    _ = state.opened()
    _ = try state.received(subscribed("a"))
    state.lost()
    guard case .none = state.add(two, on: "a") else { return #expect(Bool(false)) }
    #expect(state.opened().sorted() == ["a", "b"])
    #expect(told(try state.received(subscribed("a")), .resumed)?.count == 2)
    #expect(told(try state.received(subscribed("b")), .resumed)?.count == 1)
  }

  @Test mutating func `a listener that left while the connection was down is forgotten`() {
    _ = state.add(one, on: "a")
    _ = state.opened()
    state.lost()
    _ = state.remove(one, from: "a")
    #expect(state.opened() == [])
    #expect(!state.hasListeners)
  }

  @Test mutating func `a message for nobody is nothing`() throws {
    _ = state.opened()
    #expect(
      told(try state.received(reply("message", "a", "late")), .published(Array("late".utf8)))?.isEmpty == true
    )
    guard case .none = try state.received(subscribed("b")) else { return #expect(Bool(false)) }
  }

  @Test mutating func `the answers to PING are nothing, in both forms`() throws {
    guard case .none = try state.received(.status("PONG")) else { return #expect(Bool(false)) }
    guard case .none = try state.received(reply("pong", "")) else { return #expect(Bool(false)) }
  }

  @Test(
    arguments: [
      .integer(1), .null, .status("OK"), .array([]), .array([.integer(1)]),
      .array([.bulk(Array("message".utf8)), .integer(1), .integer(2)]),
      .array([.bulk(Array("message".utf8)), .bulk([97])]), .array([.bulk(Array("pmessage".utf8))]),
    ] as [RESPValue])
  mutating func `anything else is a violation`(_ reply: RESPValue) {
    #expect(throws: RedisError.self) { try state.received(reply) }
  }
}
