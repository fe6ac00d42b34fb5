import Foundation
import Gateway
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct TakeoverTests {
  @Test(arguments: [true, false])
  func `a new gateway follows an old one under load, and no request fails`(keepsAlive: Bool) async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let path = socketPath()
    let text = configuration(upstream, path, port: RawClient.freePort())
    let (leaving, left) = AsyncStream.makeStream(of: Void.self)
    let old = try await RunningGateway.start(configuration: text, loops: 2) { left.yield() }
    let hammer = Hammer(port: old.port, clients: 6, keepsAlive: keepsAlive)
    try await hammer.wait(forMore: 100)
    let new = try await RunningGateway.start(configuration: text, loops: 1)
    for await _ in leaving { break }
    try await hammer.wait(forMore: 100)
    try await old.gateway.shutdown(hasSuccessor: true)
    try await hammer.wait(forMore: 100)
    #expect(try await hammer.stop() == [])
    #expect(new.port == old.port)
    try await new.stop()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func `over HTTP 2 every stream that the old gateway has taken is answered`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let text = configuration(upstream, socketPath(), port: RawClient.freePort())
    let (leaving, left) = AsyncStream.makeStream(of: Void.self)
    let old = try await RunningGateway.start(configuration: text) { left.yield() }
    let hammers = (0..<4).map { _ in StreamHammer(port: old.port) }
    for hammer in hammers { try await hammer.wait(forMore: 50) }
    let new = try await RunningGateway.start(configuration: text)
    for await _ in leaving { break }
    try await old.gateway.shutdown(hasSuccessor: true)
    for hammer in hammers { try await hammer.wait(forMore: 50) }
    for hammer in hammers {
      let (connections, failures) = try await hammer.stop()
      #expect(failures == [] && connections == 2)
    }
    try await new.stop()
  }

  @Test func `who came at the last moment and asks later than others may is answered`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let old = try await RunningGateway.start(configuration: configuration(upstream, socketPath(), port: 0))
    let (idle, fresh) = (try old.client(), try old.client())
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try idle.receiveAnswer().hasSuffix("up"))
    async let stopped: Void = old.gateway.shutdown(hasSuccessor: true)
    #expect(try idle.receiveUntilEnd() == "")
    fresh.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try fresh.receiveUntilEnd().hasSuffix("up"))
    try await stopped
  }

  @Test func `an HTTP 2 connection that begins while the old gateway leaves is told so`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let old = try await RunningGateway.start(configuration: configuration(upstream, socketPath(), port: 0))
    let idle = try old.client()
    let client = try FrameClient(port: old.port, greets: false)
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try idle.receiveAnswer().hasSuffix("up"))
    async let stopped: Void = old.gateway.shutdown(hasSuccessor: true)
    // It has ended, so that the other one is being waited for.
    #expect(try idle.receiveUntilEnd() == "")
    client.send(FrameClient.greeting)
    try client.request(1)
    try await client.wait { $0.answer(1).hasEnded && $0.goAway != nil }
    #expect(client.answer(1).status == "200")
    try await client.wait { $0.hasEnded }
    #expect(client.goAway?.last == 1 && client.goAway?.code == 0)
    try await stopped
  }

  @Test func `a stream that came too late is not said to be taken when the connection ends`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, _ in .pieces(pieces) }
    let old = try await RunningGateway.start(configuration: configuration(upstream, socketPath(), port: 0))
    let client = try FrameClient(port: old.port)
    try client.request(1)
    try await upstream.wait { $0.requests.count == 1 }
    async let stopped: Void = old.gateway.shutdown(hasSuccessor: true)
    try await client.wait { $0.goAway?.last == 1 }
    try client.request(3)
    try await client.synchronise()
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
    try await client.receiveUntilEnd()
    #expect(client.answer(1).text == "done")
    #expect(client.goAway?.last == 1 && client.answer(3).heads.isEmpty)
    try await stopped
  }

  @Test func `one that does not become ready leaves the old one as it was`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let text = configuration(upstream, socketPath(), port: RawClient.freePort())
    let left = Mutex(false)
    let old = try await RunningGateway.start(configuration: text) { left.withLock { $0 = true } }
    await #expect(throws: (any Error).self) {
      // It wants an address more than there is.
      _ = try await RunningGateway.start(
        configuration: text.replacing("listeners:", with: "listeners:\n  - {address: 192.0.2.1, port: 1}"))
    }
    let client = try old.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("up"))
    let hasLeft = left.withLock { $0 }
    #expect(!hasLeft)
    try await old.stop()
  }

  @Test func `where nobody answers, a gateway listens for itself`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let path = socketPath()
    #expect(FileManager.default.createFile(atPath: path, contents: nil))
    let gateway = try await RunningGateway.start(configuration: configuration(upstream, path, port: 0))
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("up"))
    try await gateway.stop()
  }

  private func socketPath() -> String { "/tmp/gateway-\(UUID().uuidString.prefix(8)).sock" }

  private func configuration(_ upstream: ScriptedUpstream, _ path: String, port: Int) -> String {
    """
    listeners:
      - {address: 127.0.0.1, port: \(port)}
    access_log: {format: off}
    takeover_socket: \(path)
    upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
    routes: [{path: /*, upstream: main}]
    """
  }
}
