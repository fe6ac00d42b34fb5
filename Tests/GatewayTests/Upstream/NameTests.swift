import Gateway
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct NameTests {
  private final class Names: Sendable {
    let addresses: Mutex<[String]?>

    init(_ addresses: [String]?) { self.addresses = Mutex(addresses) }

    var resolver: UpstreamResolver {
      UpstreamResolver { [self] name in name == "origin.test" ? addresses.withLock { $0 } : nil }
    }
  }

  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  private func answers(_ gateway: RunningGateway, _ count: Int) throws -> Set<String> {
    let client = try gateway.client()
    var answers: Set<String> = []
    for _ in 0..<count {
      client.send(Self.get)
      answers.insert(String(try client.receiveAnswer().suffix(3)))
    }
    return answers
  }

  @Test func `all addresses of a name are used, and new ones without cutting off what is under way`()
    async throws
  {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let one = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("GET /slow") ? .pieces(pieces) : reply("one")
    }
    let two = try await ScriptedUpstream.start(host: "127.0.0.2", on: one.port) { _, request in
      request.hasPrefix("GET /slow") ? .pieces(pieces) : reply("two")
    }
    let six = try await ScriptedUpstream.start(host: "127.0.0.3", on: one.port) { _, _ in reply("six") }
    let names = Names(["127.0.0.1", "127.0.0.2"])
    let gateway = try await RunningGateway.start(
      servers: ["origin.test:\(one.port)"], upstream: "    resolve_ms: 100\n    slow_start_ms: 0",
      resolver: names.resolver)
    #expect(try answers(gateway, 40) == ["one", "two"])
    let slow = try gateway.client()
    slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    try await gateway.waitUntil {
      (one.seen.requests + two.seen.requests).contains { $0.hasPrefix("GET /slow") }
    }
    names.addresses.withLock { $0 = ["127.0.0.3"] }
    try await gateway.waitUntil { try self.answers(gateway, 10) == ["six"] }
    // A name server that fails changes nothing.
    names.addresses.withLock { $0 = nil }
    try await Task.sleep(for: .milliseconds(300))
    #expect(try answers(gateway, 10) == ["six"])
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
    #expect(try slow.receiveAnswer().hasSuffix("done"))
    try await one.wait { $0.ended == $0.connections }
    try await two.wait { $0.ended == $0.connections }
    withExtendedLifetime(six) {}
    try await gateway.stop()
  }

  @Test func `requests wait for the first resolution, and a name that leads nowhere is 502`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("one") }
    let names = Names(nil)
    let gateway = try await RunningGateway.start(
      servers: ["origin.test:\(upstream.port)"], upstream: "    resolve_ms: 100", resolver: names.resolver)
    let client = try gateway.client()
    client.send(Self.get)
    #expect(try client.receiveAnswer().contains("upstream_unreachable"))
    names.addresses.withLock { $0 = ["127.0.0.1"] }
    try await gateway.waitForAnswer(Self.get, "one")
    try await gateway.stop()
  }

  @Test func `a reload keeps what is under way and what waits, whatever becomes of the upstream`()
    async throws
  {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let old = try await ScriptedUpstream.start { number, _ in number == 0 ? .pieces(pieces) : reply("old") }
    let new = try await ScriptedUpstream.start { _, _ in reply("new") }
    let gateway = try await RunningGateway.start(old, upstream: "    connections_per_loop: 1")
    let (busy, waiting) = (try gateway.client(), try gateway.client())
    busy.send(Self.get)
    try await old.wait { $0.requests.count == 1 }
    waiting.send(Self.get)
    try await Task.sleep(for: .milliseconds(100))
    try await gateway.gateway.reload(RunningGateway.configuration(servers: ["127.0.0.1:\(new.port)"]))
    #expect(try waiting.receiveAnswer().hasSuffix("new"))
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
    #expect(try busy.receiveAnswer().hasSuffix("done"))
    busy.send(Self.get)
    #expect(try busy.receiveAnswer().hasSuffix("new"))
    try await old.wait { $0.ended == 1 }
    try await gateway.stop()
  }

  @Test func `a Unix socket is a server too`() async throws {
    let path = "/tmp/daybook-\(UInt32.random(in: 0...UInt32.max)).sock"
    let upstream = try await ScriptedUpstream.start(unixPath: path) { _, _ in reply("one") }
    let gateway = try await RunningGateway.start(servers: ["unix:\(path)"])
    #expect(try answers(gateway, 3) == ["one"])
    #expect(upstream.seen.connections == 1)
    try await gateway.stop()
    try await upstream.stop()
  }
}
