import Foundation
import Logging
import Testing

@testable import Gateway

/// Many clients before a gateway of two loops, and one stream behind it.
@Suite struct FanOutTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: listening\n\n"

  private func start(_ port: Int) async throws -> Gateway {
    let text = """
      listeners:
        - {address: 127.0.0.1, port: 0}
      admin: {address: 127.0.0.1, port: 0}
      access_log: {format: off}
      timeouts: {drain_ms: 5000}
      upstreams:
        main: {servers: ["127.0.0.1:\(port)"]}
      header_sets:
        api: {X-Content-Type-Options: nosniff}
      routes:
        - {path: /live, upstream: main, fan_out: true, header_set: api}
      """
    let configuration = try GatewayConfiguration.parse(text, file: "test.yaml", environment: [:])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return try await Gateway.start(configuration, loopCount: 2, logger: logger)
  }

  private func listen(_ gateway: Gateway, fields: String = "", version: String = "1.1") throws -> RawClient {
    let client = try RawClient(port: gateway.ports[0])
    client.send("GET /live?id=41 HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n")
    return client
  }

  /// Its head, when the first word has come too.
  @discardableResult
  private func greeted(_ client: RawClient) throws -> String {
    let head = try client.receive(through: "\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 200"), "\(head)")
    _ = try client.receive(through: ": listening\n\n\r\n")
    return head
  }

  private func metric(_ gateway: Gateway, _ name: String) throws -> String {
    let client = try RawClient(port: gateway.adminPort ?? 0)
    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    let line = try client.receiveAnswer().split(separator: "\n").first { $0.hasPrefix("\(name) ") }
    return line?.split(separator: " ").last.map(String.init) ?? "none"
  }

  private func wait(_ what: String, _ isTrue: () throws -> Bool) async throws {
    for _ in 0..<1_500 {
      if try isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("not in time: \(what)")
  }

  @Test func `a stream that ends at once is opened again more and more seldom`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .last(Self.head) }
    let gateway = try await start(upstream.port)
    let client = try listen(gateway)
    try greeted(client)
    try await Task.sleep(for: .seconds(3))
    #expect((2...9).contains(upstream.seen.requests.count), "\(upstream.seen.requests.count)")
    client.close()
    try await gateway.shutdown()
  }

  @Test func `an event that is too long is left out, and the stream goes on`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .pieces(pieces) : .bytes(Self.head + "data: look again\n\n")
    }
    let gateway = try await start(upstream.port)
    let client = try listen(gateway)
    sender.yield(Self.head)
    try greeted(client)
    sender.yield("data: \(String(repeating: "x", count: 300_000))\n\n")
    _ = try client.receive(through: "xxx\n\n")
    sender.yield("data: \(String(repeating: "x", count: 1_100_000))")
    _ = try client.receive(through: "data: look again\n\n")
    try await Task.sleep(for: .milliseconds(500))
    #expect(upstream.seen.requests.count == 2)
    client.close()
    try await gateway.shutdown()
  }

  @Test func `all clients share one stream, each has a head of his own, and the last one ends it`()
    async throws
  {
    let said = Faucet()
    let upstream = try await ScriptedUpstream.start { _, _ in .faucet(said) }
    let gateway = try await start(upstream.port)
    let clients = try (0..<24).map { _ in
      try listen(gateway, fields: "Authorization: Bearer x\r\nCookie: a=b\r\n")
    }
    said.say(Self.head)
    var ids = Set<String>()
    for client in clients {
      let head = try greeted(client)
      #expect(head.contains("\r\nContent-Type: text/event-stream\r\n"))
      #expect(head.contains("\r\nCache-Control: no-store\r\n"))
      #expect(head.contains("\r\nX-Content-Type-Options: nosniff\r\n"))
      let id = try #require(head.firstMatch(of: /X-Request-Id: ([^\r]+)/)).1
      #expect(ids.insert(String(id)).inserted)
    }
    // Half of an event is nobody's.
    said.say("id: 1\nevent: slots\nda")
    said.say("ta: {}\n\n")
    for client in clients { _ = try client.receive(through: "id: 1\nevent: slots\ndata: {}\n\n\r\n") }
    let late = try listen(gateway)
    try greeted(late)
    said.say("id: 2\ndata: x\n\n")
    for client in clients + [late] { _ = try client.receive(through: "\r\nid: 2\ndata: x\n\n\r\n") }
    let requests = upstream.seen.requests
    #expect(requests.count == 1)
    #expect(requests[0].hasPrefix("GET /live?id=41 HTTP/1.1\r\n"))
    for field in ["authorization", "cookie", "last-event-id"] {
      #expect(!requests[0].lowercased().contains(field))
    }
    #expect(try metric(gateway, "gateway_fan_out_clients") == "25")
    #expect(try metric(gateway, "gateway_fan_out_streams") == "1")
    for client in clients + [late] { client.close() }
    try await upstream.wait { $0.ended == 1 }
    try await wait("all are gone") { try metric(gateway, "gateway_fan_out_clients") == "0" }
    #expect(try metric(gateway, "gateway_fan_out_streams") == "0")
    try await gateway.shutdown()
    try await upstream.stop()
  }

  @Test func `when the upstream is lost, clients keep their connection and hear that they missed something`()
    async throws
  {
    let saidFirst = Faucet()
    let saidSecond = Faucet()
    let upstream = try await ScriptedUpstream.start { number, _ in
      switch number {
      case 0: .faucet(saidFirst)
      // Away for a moment.
      case 1: .bytes("HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n")
      case 2: .faucet(saidSecond)
      default: .silence
      }
    }
    let gateway = try await start(upstream.port)
    let clients = try (0..<6).map { _ in try listen(gateway) }
    saidFirst.say(Self.head)
    for client in clients { try greeted(client) }
    saidFirst.say("id: a7\ndata: x\n\n")
    for client in clients { _ = try client.receive(through: "id: a7\ndata: x\n\n\r\n") }
    // An event that is too long is no event.
    saidFirst.say(String(repeating: "data: no end\n", count: 100_000))
    try await upstream.wait { $0.requests.count == 3 }
    for request in upstream.seen.requests.dropFirst() {
      #expect(request.contains("\r\nLast-Event-ID: a7\r\n"))
    }
    saidSecond.say(Self.head + "id: b1\nevent: slots\ndata: all\n\n")
    for client in clients { _ = try client.receive(through: "id: b1\nevent: slots\ndata: all\n\n\r\n") }
    saidSecond.say("id: b2\ndata: y\n\n")
    for client in clients { _ = try client.receive(through: "id: b2\ndata: y\n\n\r\n") }
    // Who comes back with the last id has missed nothing; with another he hears so at once.
    let back = try listen(gateway, fields: "Last-Event-ID: b2\r\n")
    let behind = try listen(gateway, fields: "Last-Event-ID: a7\r\n")
    try greeted(back)
    try greeted(behind)
    _ = try behind.receive(through: "id: b1\nevent: slots\ndata: all\n\n\r\n")
    saidSecond.say("id: b3\ndata: z\n\n")
    let rest = try back.receive(through: "id: b3\ndata: z\n\n\r\n")
    #expect(!rest.contains("all"), "\(rest)")
    #expect(upstream.seen.requests.count == 3)
    try await gateway.shutdown()
    try await upstream.stop()
  }

  @Test func `who comes back to a stream that never said what he missed makes it say so`() async throws {
    let saidFirst = Faucet()
    let saidSecond = Faucet()
    let upstream = try await ScriptedUpstream.start { number, _ in
      .faucet(number == 0 ? saidFirst : saidSecond)
    }
    let gateway = try await start(upstream.port)
    let here = try listen(gateway)
    saidFirst.say(Self.head)
    try greeted(here)
    let back = try listen(gateway, fields: "Last-Event-ID: old\r\n")
    try greeted(back)
    try await upstream.wait { $0.requests.count == 2 }
    #expect(upstream.seen.requests[1].contains("\r\nLast-Event-ID: 0\r\n"))
    saidSecond.say(Self.head + "data: all\n\n")
    _ = try back.receive(through: "data: all\n\n")
    _ = try here.receive(through: "data: all\n\n")
    try await gateway.shutdown()
    try await upstream.stop()
  }

  @Test func `what is no stream is answered to each by himself`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nnone\n")
    }
    let gateway = try await start(upstream.port)
    for client in try (0..<3).map({ _ in try listen(gateway, fields: "Authorization: Bearer x\r\n") }) {
      let answer = try client.receiveAnswer()
      #expect(answer.hasPrefix("HTTP/1.1 404") && answer.hasSuffix("none\n"), "\(answer)")
    }
    // Asked for himself, he is forwarded as ever.
    #expect(upstream.seen.requests.filter { $0.contains("Authorization: Bearer x") }.count == 3)
    try await gateway.shutdown()
    try await upstream.stop()
    let away = try await start(RawClient.freePort())
    #expect(try listen(away).receiveAnswer().hasPrefix("HTTP/1.1 502"))
    try await away.shutdown()
  }

  @Test func `a client who takes nothing is dropped, and the others miss nothing`() async throws {
    let said = Faucet()
    let upstream = try await ScriptedUpstream.start { _, _ in .faucet(said) }
    let gateway = try await start(upstream.port)
    let (slow, quick) = (try listen(gateway), try listen(gateway))
    said.say(Self.head)
    try greeted(quick)
    try await wait("both listen") { try metric(gateway, "gateway_fan_out_clients") == "2" }
    let filler = String(repeating: "x", count: 50_000)
    // More than the sockets between them hold.
    for number in 0..<400 {
      said.say("id: \(number)\ndata: \(filler)\n\n")
      _ = try quick.receive(through: "id: \(number)\ndata: \(filler)\n\n\r\n")
      if try metric(gateway, "gateway_fan_out_clients") == "1" { break }
    }
    #expect(try metric(gateway, "gateway_fan_out_clients") == "1")
    #expect(try metric(gateway, "gateway_fan_out_dropped_total") == "1")
    said.say("data: last\n\n")
    _ = try quick.receive(through: "data: last\n\n")
    _ = slow
    try await gateway.shutdown()
    try await upstream.stop()
  }

  @Test func `a stop ends streams in order`() async throws {
    let said = Faucet()
    let upstream = try await ScriptedUpstream.start { _, _ in .faucet(said) }
    let gateway = try await start(upstream.port)
    let client = try listen(gateway)
    said.say(Self.head)
    try greeted(client)
    let start = ContinuousClock.now
    try await gateway.shutdown()
    #expect(start.duration(to: .now) < .seconds(5))
    let rest = try client.receiveUntilEnd()
    #expect(rest.hasSuffix("\n\n\r\n0\r\n\r\n"), "\(rest)")
    try await upstream.stop()
  }

  @Test func `a client of HTTP 1.0 gets the bare stream`() async throws {
    let said = Faucet()
    let upstream = try await ScriptedUpstream.start { _, _ in .faucet(said) }
    let gateway = try await start(upstream.port)
    let client = try listen(gateway, version: "1.0")
    said.say(Self.head + "data: x\n\n")
    let text = try client.receive(through: "data: x\n\n")
    #expect(text.contains("\r\n\r\n: listening\n\n"), "\(text)")
    try await gateway.shutdown()
    try await upstream.stop()
  }

  @Test func `a thousand clients hear of everything`() async throws {
    let said = Faucet()
    let upstream = try await ScriptedUpstream.start { _, _ in .faucet(said) }
    let gateway = try await start(upstream.port)
    let clients = try (0..<1_000).map { _ in try listen(gateway) }
    said.say(Self.head)
    for client in clients { try greeted(client) }
    // Faster than a round of all of them.
    for number in 0..<50 { said.say("id: \(number)\ndata: x\n\n") }
    for client in clients {
      let text = try client.receive(through: "id: 49\ndata: x\n\n\r\n")
      let ids = text.matches(of: /id: ([0-9]+)/).map { Int($0.1) }
      #expect(ids == Array(0..<50))
    }
    #expect(upstream.seen.requests.count == 1)
    #expect(try metric(gateway, "gateway_fan_out_dropped_total") == "0")
    try await gateway.shutdown()
    try await upstream.stop()
  }
}
