import Testing

@testable import Gateway

/// The gateway before an internal listener of the test's own.
@Suite struct EdgeEventClientTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
  private static let beginning =
    head + "event: reset\ndata: {}\n\nevent: revoke\ndata: {\"session\":\"s1\",\"until\":4102444800}\n\n"
    + "event: ready\nid: p1\ndata: {}\n\n"

  private func start(_ internalPort: Int, more: String = "") async throws -> RunningGateway {
    try await RunningGateway.start(
      ports: [1],
      settings: """
        admin: {address: 127.0.0.1, port: 0}
        edge_events: {servers: ["127.0.0.1:\(internalPort)"], token: the-service-token\(more)}
        """)
  }

  private func ask(_ running: RunningGateway, _ path: String) throws -> String {
    let client = try RawClient(port: running.gateway.adminPort ?? 0)
    client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
    return try client.receiveAnswer()
  }

  private func wait(_ what: String, _ isTrue: () throws -> Bool) async throws {
    for _ in 0..<1_000 {
      if try isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("not in time: \(what)")
  }

  @Test func `it shows its token, is ready when all is told, and goes on from its position`() async throws {
    let told = Faucet()
    let origin = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .last(Self.beginning) : .faucet(told)
    }
    let running = try await start(origin.port)
    let shared = running.gateway.shared
    try await origin.wait { $0.requests.count == 2 }
    let requests = origin.seen.requests
    #expect(requests[0].hasPrefix("GET /internal/edge-events HTTP/1.1\r\n"))
    #expect(requests[0].contains("\r\nAuthorization: Bearer the-service-token\r\n"))
    #expect(!requests[0].contains("Last-Event-ID"))
    #expect(requests[1].contains("\r\nLast-Event-ID: p1\r\n"))
    // The stream has ended: nobody knows what goes on.
    #expect(!shared.purges.hearsPurges)
    #expect(shared.revoked.count == 1)
    #expect(try ask(running, "/health/ready").hasPrefix("HTTP/1.1 200"))
    let before = shared.purges.stamp
    let mark = shared.purges.mark(tag: Array("host:7".utf8).span)
    told.say(Self.head + "event: purge\ndata: {\"tags\":[\"host:7\"],\"paths\":[]}\n\n")
    told.say("event: ready\nid: p2\ndata: {}\n\n")
    try await wait("it hears again") { shared.purges.hearsPurges }
    #expect(!shared.purges.isCurrent(mark, since: before))
    #expect(try ask(running, "/metrics").contains("gateway_edge_events_connected 1\n"))
    try await running.stop()
    try await origin.stop()
  }

  @Test func `a reset makes everything stored out of date`() async throws {
    let told = Faucet()
    let origin = try await ScriptedUpstream.start { _, _ in .faucet(told) }
    let running = try await start(origin.port)
    let purges = running.gateway.shared.purges
    let before = purges.stamp
    told.say(Self.beginning)
    try await wait("it is told") { purges.hearsPurges }
    #expect(!purges.isCurrent(since: before))
    try await running.stop()
    try await origin.stop()
  }

  @Test func `readiness waits for the first word, but not for ever`() async throws {
    let origin = try await ScriptedUpstream.start { _, _ in .silence }
    let patient = try await start(origin.port, more: ", ready_wait_ms: 600000")
    let answer = try ask(patient, "/health/ready")
    #expect(answer.hasPrefix("HTTP/1.1 503"))
    #expect(answer.contains("edge_events"))
    #expect(!patient.gateway.shared.purges.hearsPurges)
    try await patient.stop()
    let hasty = try await start(origin.port, more: ", ready_wait_ms: 0")
    try await wait("it is ready") { try ask(hasty, "/health/ready").hasPrefix("HTTP/1.1 200") }
    #expect(!hasty.gateway.shared.purges.hearsPurges)
    try await hasty.stop()
    try await origin.stop()
  }

  @Test func `silence is a loss`() async throws {
    let origin = try await ScriptedUpstream.start { _, _ in .bytes(Self.beginning) }
    let running = try await start(origin.port, more: ", silence_ms: 1000")
    try await origin.wait { $0.requests.count >= 2 }
    #expect(origin.seen.requests[1].contains("\r\nLast-Event-ID: p1\r\n"))
    try await running.stop()
    try await origin.stop()
  }

  @Test func `what cannot be understood is not passed over: it begins anew`() async throws {
    let origin = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .bytes(Self.beginning + "event: purge\nid: p9\ndata: {\n\n") : .silence
    }
    let running = try await start(origin.port)
    try await origin.wait { $0.requests.count == 2 }
    #expect(!origin.seen.requests[1].contains("Last-Event-ID"))
    #expect(!running.gateway.shared.purges.hearsPurges)
    try await running.stop()
    try await origin.stop()
  }

  @Test func `an answer purges what it names before its client has it, and clients see nothing of that`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in
      reply("done", "Cache-Tag: a\r\nCache-Purge-Tags: host:7 ,, event-type:41\r\nCache-Purge-Tags: x\r\n")
    }
    let running = try await RunningGateway.start(upstream)
    let purges = running.gateway.shared.purges
    let before = purges.stamp
    let client = try running.client()
    client.send("POST /v2/bookings HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    let answer = try client.receiveAnswer()
    #expect(answer.hasSuffix("done"))
    #expect(!answer.lowercased().contains("cache-"))
    for (tag, isCurrent) in [("host:7", false), ("event-type:41", false), ("x", false), ("host:8", true)] {
      #expect(purges.isCurrent(purges.mark(tag: Array(tag.utf8).span), since: before) == isCurrent, "\(tag)")
    }
    try await running.stop()
    try await upstream.stop()
  }
}
