import Foundation
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct RetryTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"

  @Test func `a GET that got no byte of an answer is asked of another server, a POST is not`() async throws {
    let bad = try await ScriptedUpstream.start { _, _ in .last("") }
    let good = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(
      bad, good, upstream: "    circuit: {failures: 1000}\n    retries: {floor: 1000}")
    let client = try gateway.client()
    for _ in 0..<20 {
      client.send(Self.get)
      #expect(try client.receiveAnswer().hasSuffix("ok"))
    }
    #expect(bad.seen.requests.count > 0)
    let before = bad.seen.requests.count
    var failed = 0
    for _ in 0..<20 {
      client.send(Self.post)
      if try client.receiveAnswer().contains("upstream_closed") { failed += 1 }
    }
    #expect(failed == bad.seen.requests.count - before && failed > 0)
    try await gateway.stop()
  }

  @Test func `a GET whose answer had begun is not asked again`() async throws {
    let bad = try await ScriptedUpstream.start { _, _ in .last("HTTP/1.1 200 OK\r\nConte") }
    let other = try await ScriptedUpstream.start { _, _ in .last("HTTP/1.1 200 OK\r\nConte") }
    let gateway = try await RunningGateway.start(bad, other, upstream: "    circuit: {failures: 1000}")
    let client = try gateway.client()
    client.send(Self.get)
    #expect(try client.receiveAnswer().contains("upstream_closed"))
    #expect(bad.seen.requests.count + other.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `retries end with their budget`() async throws {
    let bad = try await ScriptedUpstream.start { _, _ in .last("") }
    let other = try await ScriptedUpstream.start { _, _ in .last("") }
    let gateway = try await RunningGateway.start(
      bad, other, upstream: "    circuit: {failures: 1000}\n    retries: {percent: 0, floor: 3}")
    let client = try gateway.client()
    for _ in 0..<10 {
      client.send(Self.get)
      #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 502"))
    }
    #expect(bad.seen.requests.count + other.seen.requests.count == 13)
    try await gateway.stop()
  }

  /// A server closes its connection when it likes, also just when the next request is on its way. It closes as servers
  /// do that have nothing unread; where that cannot be said for sure the round does not count.
  @Test
  func
    `a connection that its server closes just when a POST is sent costs nothing, and no POST is done twice`()
    async throws
  {
    let done = Mutex(Set<String>())
    let twice = Mutex(0)
    let upstream = try RawServer { peer, _ in
      while true {
        let request = try peer.receive(through: "hello")
        let id = String(request.split(separator: "\r\n")[0])
        let (isNew, round) = done.withLock { ($0.insert(id).inserted, $0.count) }
        if !isNew { twice.withLock { $0 += 1 } }
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        // Somewhere in the time in which the next one comes.
        let until = ContinuousClock.now + .microseconds(round * 37 % 900)
        while ContinuousClock.now < until, !peer.hasInput {}
        if !peer.hasInput { return }
      }
    }
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    let client = try gateway.client()
    var failed = 0
    for round in 0..<600 {
      client.send("POST /\(round) HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      if try !client.receiveAnswer().hasSuffix("ok") { failed += 1 }
    }
    #expect(twice.withLock { $0 } == 0)
    #expect(upstream.connections > 30)
    // Bytes that come between the server's last look and its close are lost for everybody: that cannot be told from
    // a request that was done.
    #expect(failed <= 6)
    upstream.stop()
    try await gateway.stop()
  }

  @Test func `two origins that restart one after the other lose no request under load`() async throws {
    let script: @Sendable (Int, String) -> ScriptedUpstream.Reply = { _, _ in reply("ok") }
    var upstreams = [
      try await ScriptedUpstream.start(script), try await ScriptedUpstream.start(script),
    ]
    let gateway = try await RunningGateway.start(
      upstreams[0], upstreams[1], upstream: "    slow_start_ms: 100")
    let load = Load(port: gateway.port, request: Self.get)
    for round in 0..<6 {
      let place = round % 2
      let other = upstreams[1 - place].seen.requests.count
      try await upstreams[place].stop(closing: true)
      let goal = upstreams[1 - place].seen.requests.count + 50
      try await upstreams[1 - place].wait { $0.requests.count > max(goal, other) }
      upstreams[place] = try await ScriptedUpstream.start(on: upstreams[place].port, script)
      try await upstreams[place].wait { $0.requests.count > 20 }
    }
    let result = try await load.end()
    #expect(result.failed.isEmpty, "\(result.failed.count) failed, first: \(result.failed.first ?? "")")
    #expect(result.count > 300)
    try await gateway.stop()
  }
}

/// Four clients that ask as fast as they are answered.
private final class Load: Sendable {
  struct Result: Sendable {
    var count = 0
    var failed: [String] = []
    var ended = 0
  }

  private let isOver = Mutex(false)
  private let result = Mutex(Result())
  private static let clients = 4

  init(port: Int, request: String) {
    for _ in 0..<Self.clients {
      Thread.detachNewThread { [self] in
        do {
          let client = try RawClient(port: port)
          while !isOver.withLock({ $0 }) {
            client.send(request)
            let answer = try client.receiveAnswer()
            result.withLock { if answer.hasSuffix("ok") { $0.count += 1 } else { $0.failed.append(answer) } }
          }
        } catch {
          result.withLock { $0.failed.append("\(error)") }
        }
        result.withLock { $0.ended += 1 }
      }
    }
  }

  func end() async throws -> Result {
    isOver.withLock { $0 = true }
    for _ in 0..<1_000 where result.withLock({ $0.ended }) < Self.clients {
      try await Task.sleep(for: .milliseconds(20))
    }
    return result.withLock { $0 }
  }
}
