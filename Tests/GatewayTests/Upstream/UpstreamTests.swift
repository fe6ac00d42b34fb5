import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct UpstreamTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func `nobody there is 502 in the envelope, with the path`() async throws {
    let gateway = try await RunningGateway.start(ports: [1])
    let client = try gateway.client()
    client.send(Self.get)
    let answer = try client.receiveAnswer()
    #expect(answer.hasPrefix("HTTP/1.1 502") && answer.contains("upstream_unreachable"))
    #expect(answer.contains(#""path":"/x""#) || answer.contains(#""path":"\/x""#))
    client.send("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    try await gateway.stop()
  }

  @Test func `another server is asked when one is not there`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(ports: [1, upstream.port])
    for _ in 0..<8 {
      let client = try gateway.client()
      client.send(Self.get)
      #expect(try client.receiveAnswer().hasSuffix("ok"))
    }
    try await gateway.stop()
  }

  @Test func `an answer that is no HTTP is 502, none in time 504`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .bytes("HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok") : .silence
    }
    let gateway = try await RunningGateway.start(upstream, upstream: "    first_byte_timeout_ms: 300")
    let client = try gateway.client()
    client.send(Self.get)
    let malformed = try client.receiveAnswer()
    #expect(malformed.hasPrefix("HTTP/1.1 502") && malformed.contains("upstream_malformed"))
    client.send(Self.get)
    let late = try client.receiveAnswer()
    #expect(late.hasPrefix("HTTP/1.1 504") && late.contains("upstream_timeout"))
    try await upstream.wait { $0.ended == 2 }
    try await gateway.stop()
  }

  @Test func `a reused connection that closes before its answer costs a GET nothing`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 1 ? .last("") : reply("ok \(number)")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send(Self.get)
    #expect(try client.receiveAnswer().hasSuffix("ok 0"))
    client.send(Self.get)
    #expect(try client.receiveAnswer().hasSuffix("ok 2"))
    #expect(upstream.seen.connections == 2)
    try await gateway.stop()
  }

  @Test func `a POST is never sent twice, nor anything on a connection that was fresh`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in number == 0 ? reply("ok") : .last("") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send(Self.get)
    _ = try client.receiveAnswer()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 502"))
    #expect(upstream.seen.requests.count == 2)
    client.send(Self.get)
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 502"))
    #expect(upstream.seen.requests.count == 3)
    try await gateway.stop()
  }

  @Test func `an answer that is cut off is not made whole`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send(Self.get)
    let answer = try client.receiveUntilEnd()
    #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("5\r\nhel"))
    try await gateway.stop()
  }

  @Test func `bytes after an answer are nobody's answer`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0
        ? .bytes(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        : reply("mine")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send(Self.get)
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    client.send(Self.get)
    #expect(try client.receiveAnswer().hasSuffix("mine"))
    #expect(upstream.seen.connections == 2)
    try await gateway.stop()
  }

  @Test func `requests wait for a connection, and are 503 when too many do`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .pieces(pieces) : reply("second")
    }
    let gateway = try await RunningGateway.start(
      upstream, upstream: "    connections_per_loop: 1\n    queue_per_loop: 1")
    let clients = try (0..<3).map { _ in try gateway.client() }
    clients[0].send(Self.get)
    try await upstream.wait { $0.requests.count == 1 }
    clients[1].send(Self.get)
    // The same loop reads its connections in turn: the third comes after the second.
    try await Task.sleep(for: .milliseconds(100))
    clients[2].send(Self.get)
    let refused = try clients[2].receiveAnswer()
    #expect(refused.hasPrefix("HTTP/1.1 503") && refused.contains("Retry-After: 1"))
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
    #expect(try clients[0].receiveAnswer().hasSuffix("first"))
    #expect(try clients[1].receiveAnswer().hasSuffix("second"))
    #expect(upstream.seen.connections == 1)
    try await gateway.stop()
  }

  @Test func `a client that goes takes its request along`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream)
    do {
      let client = try gateway.client()
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
      try await upstream.wait { $0.connections == 1 }
      client.close()
    }
    try await upstream.wait { $0.ended == 1 }
    try await gateway.stop()
  }
}
