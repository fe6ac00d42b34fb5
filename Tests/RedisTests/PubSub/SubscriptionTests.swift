import Redis
import TestSupport
import Testing

@Suite struct SubscriptionTests {
  private let channel = "test:\(UInt64.random(in: 0 ... .max))"

  @Test func `a listener hears from resumed on everything, in order`() async throws {
    try await ClientHarness.run { [channel] redis in
      var messages = redis.client.messages(on: channel).makeAsyncIterator()
      #expect(await messages.next() == .resumed)
      for number in 0..<100 { try await redis.client.publish("\(number)", on: channel) }
      for number in 0..<100 { #expect(await messages.next() == .published(Array("\(number)".utf8))) }
    }
  }

  @Test func `listeners of one channel hear the same, others nothing`() async throws {
    try await ClientHarness.run { [channel] redis in
      var one = redis.client.messages(on: channel).makeAsyncIterator()
      var two = redis.client.messages(on: channel).makeAsyncIterator()
      var other = redis.client.messages(on: channel + "x").makeAsyncIterator()
      #expect(await one.next() == .resumed)
      #expect(await two.next() == .resumed)
      #expect(await other.next() == .resumed)
      #expect(try await redis.client.publish("a", on: channel) == 1, "one connection for both")
      try await redis.client.publish("b", on: channel + "x")
      #expect(await one.next() == .published([97]))
      #expect(await two.next() == .published([97]))
      #expect(await other.next() == .published([98]))
    }
  }

  @Test func `after kill -9 it subscribes again and says so`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { [channel] redis in
      var messages = redis.client.messages(on: channel).makeAsyncIterator()
      #expect(await messages.next() == .resumed)
      try await redis.client.publish("before", on: channel)
      #expect(await messages.next() == .published(Array("before".utf8)))
      try await server.kill()
      try await server.start()
      #expect(await messages.next() == .resumed)
      try await redis.client.publish("after", on: channel)
      #expect(await messages.next() == .published(Array("after".utf8)))
    }
  }

  @Test func `a silent connection is replaced`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url, { $0.subscriptionPing = .milliseconds(100) }) {
      [channel] redis in
      var messages = redis.client.messages(on: channel).makeAsyncIterator()
      #expect(await messages.next() == .resumed)
      try server.freeze()
      await redis.events.wait { event in
        if case .disconnected(.subscriptions, let error, _) = event { error.kind == .timeout } else { false }
      }
      try server.thaw()
      #expect(await messages.next() == .resumed)
    }
  }

  @Test func `a listener that is too slow is told that it missed something`() async throws {
    try await ClientHarness.run(url: nil, { $0.messageBuffer = 4 }) { [channel] redis in
      let stream = redis.client.messages(on: channel)
      var quick = redis.client.messages(on: channel).makeAsyncIterator()
      #expect(await quick.next() == .resumed)
      for number in 0..<50 {
        try await redis.client.publish("\(number)", on: channel)
        #expect(await quick.next() == .published(Array("\(number)".utf8)))
      }
      var heard: [RedisMessage] = []
      for await message in stream {
        heard.append(message)
        if heard.count == 4 { break }
      }
      #expect(heard.last == .resumed)
    }
  }

  @Test func `the last listener takes the subscription with it`() async throws {
    try await ClientHarness.run { [channel] redis in
      do {
        var messages = redis.client.messages(on: channel).makeAsyncIterator()
        #expect(await messages.next() == .resumed)
      }
      while try await redis.client.publish("x", on: channel) != 0 {}
    }
  }

  @Test func `streams end with the client`() async throws {
    let (streams, stream) = AsyncStream.makeStream(of: AsyncStream<RedisMessage>.self)
    try await ClientHarness.run { [channel] redis in
      let messages = redis.client.messages(on: channel)
      stream.yield(messages)
    }
    for await messages in streams.prefix(1) {
      for await message in messages { #expect(message == .resumed) }
    }
  }
}
