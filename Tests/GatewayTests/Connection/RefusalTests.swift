import Foundation
import Gateway
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct RefusalTests {
  /// Every attack of the corpus over a real socket: what HTTPWire's tests say of a parser must hold of the whole.
  @Test func `every corpus request is answered as it says, and none becomes two`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    // The greeting of HTTP/2 is no request to a listener without it.
    let gateway = try await RunningGateway.start(
      servers: ["127.0.0.1:\(upstream.port)"], listener: "http2: false")
    for file in try AttackFile.all() where file.isWhole {
      let before = upstream.seen.requests.count
      let client = try gateway.client()
      client.send(file.bytes)
      client.endInput()
      let answers = try client.receiveUntilEnd()
      let statuses = answers.matches(of: /HTTP\/1\.1 ([0-9]{3})/).map { String($0.1) }.filter { $0 != "100" }
      #expect(statuses == file.statuses, "\(file.name): \(answers)")
      let forwarded = upstream.seen.requests.count - before
      #expect(forwarded == file.statuses.filter { $0 == "200" }.count, "\(file.name)")
    }
    try await gateway.stop()
  }

  @Test func `a refusal is the error envelope and the end of the connection`() async throws {
    let gateway = try await RunningGateway.start(ports: [1])
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    let answer = try client.receiveUntilEnd()
    #expect(answer.contains("Connection: close\r\n") && answer.contains("X-Request-Id: "))
    #expect(answer.contains(#""code":"BadRequestException""#) && answer.contains("repeated_host"))
    try await gateway.stop()
  }

  @Test func `a head that does not end is 408, an idle connection ends without a word`() async throws {
    let gateway = try await RunningGateway.start(
      ports: [1], settings: "timeouts: {head_ms: 300, keep_alive_ms: 300}")
    let slow = try gateway.client()
    slow.send("GET / HTTP/1.1\r\nHo")
    #expect(try slow.receiveUntilEnd().hasPrefix("HTTP/1.1 408"))
    let idle = try gateway.client()
    idle.send("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try idle.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    #expect(try idle.receiveUntilEnd() == "")
    try await gateway.stop()
  }

  @Test func `a body that stops is 408`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {body_idle_ms: 300}")
    let client = try gateway.client()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    #expect(try client.receiveUntilEnd().hasPrefix("HTTP/1.1 408"))
    try await upstream.wait { $0.ended == 1 }
    try await gateway.stop()
  }

  @Test func `a half-closed client gets its answers`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in reply("answer \(number)") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET /0 HTTP/1.1\r\nHost: a\r\n\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    client.endInput()
    let answers = try client.receiveUntilEnd()
    #expect(answers.contains("answer 0") && answers.hasSuffix("answer 1"))
    try await gateway.stop()
  }

  @Test func `a request that is given up gives its upstream connection back`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream, upstream: "    connections_per_loop: 1")
    for _ in 0..<3 {
      let client = try gateway.client()
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
      #expect(try client.receiveUntilEnd().hasPrefix("HTTP/1.1 400"))
    }
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    try await gateway.stop()
  }

  @Test func `a refusal of HEAD has no body`() async throws {
    let gateway = try await RunningGateway.start(ports: [1])
    let client = try gateway.client()
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n")
    let answer = try client.receiveUntilEnd()
    #expect(answer.hasPrefix("HTTP/1.1 400") && answer.hasSuffix("\r\n\r\n"))
    try await gateway.stop()
  }
}
