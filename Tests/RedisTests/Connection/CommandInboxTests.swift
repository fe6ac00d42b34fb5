import Testing

@testable import Redis

@Suite struct CommandInboxTests {
  private var inbox: CommandInbox
  private let command: RedisCommand

  init() throws {
    var configuration = try RedisConfiguration(url: "redis://localhost")
    configuration.maximumCommands = 3
    configuration.maximumCommandBytes = 100
    inbox = CommandInbox(configuration)
    command = try RedisCommand(["PING"])
  }

  private mutating func add(_ command: RedisCommand? = nil) -> String {
    switch inbox.add(ReplySlot(), command ?? self.command) {
    case .wake: "wake"
    case .awake: "awake"
    case .refused(let error): "\(error.kind)"
    }
  }

  @Test mutating func `the first command wakes the event loop, the others ride along`() {
    #expect([add(), add(), add()] == ["wake", "awake", "awake"])
    #expect(inbox.take().count == 3)
    #expect(inbox.take().isEmpty)
  }

  @Test mutating func `after they are taken the next one wakes it again`() {
    _ = add()
    _ = inbox.take()
    #expect(add() == "wake")
  }

  @Test mutating func `a command counts until it is released, not until it is taken`() {
    _ = [add(), add(), add()]
    #expect(add() == "queueFull")
    _ = inbox.take()
    #expect(add() == "queueFull")
    inbox.release(bytes: command.bytes.count)
    #expect(add() == "wake")
    #expect(add() == "queueFull")
  }

  @Test mutating func `bytes count too`() throws {
    let large = try RedisCommand(["SET", "key", String(repeating: "x", count: 50)])
    #expect(add(large) == "wake")
    #expect(add(large) == "queueFull")
    #expect(add() == "awake", "a small one fits still")
  }

  @Test mutating func `after stop nothing is taken in`() {
    inbox.stop()
    #expect(add() == "stopped")
  }
}
