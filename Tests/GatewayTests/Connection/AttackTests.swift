import Foundation
import Testing

/// Clients that hold what they have not earned: connections, buffers, time.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AttackTests {
  @Test func `a head that comes byte by byte has no more time than another`() async throws {
    let gateway = try await RunningGateway.start(ports: [1], settings: "timeouts: {head_ms: 600}")
    let client = try gateway.client()
    let clock = ContinuousClock()
    let start = clock.now
    for byte in "GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8 where clock.now - start < .seconds(5) {
      client.send([byte])
      if client.hasInput(within: 100) { break }
    }
    #expect(clock.now - start < .seconds(5))
    #expect(try client.receiveUntilEnd().hasPrefix("HTTP/1.1 408"))
    try await gateway.stop()
  }

  @Test func `a body that comes byte by byte is 408, one at a decent pace is not`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let settings = "timeouts: {body_idle_ms: 1000, body_bytes_per_second: 100}"
    let gateway = try await RunningGateway.start(upstream, settings: settings)
    let slow = try gateway.client()
    slow.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
    let isCut = (0..<200).contains { _ in
      slow.send([0x61])
      return slow.hasInput(within: 50)
    }
    #expect(isCut)
    #expect(try slow.receiveUntilEnd().hasPrefix("HTTP/1.1 408"))
    let steady = try gateway.client()
    steady.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n")
    for _ in 0..<20 {
      steady.send([UInt8](repeating: 0x61, count: 200))
      if steady.hasInput(within: 100) { break }
    }
    #expect(try steady.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    try await gateway.stop()
  }

  @Test func `a body for a local answer that does not come ends the connection`() async throws {
    let gateway = try await RunningGateway.start(ports: [1], settings: "timeouts: {body_idle_ms: 300}")
    let client = try gateway.client()
    client.send("POST /internal/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    #expect(try client.receiveUntilEnd().hasPrefix("HTTP/1.1 404"))
    try await gateway.stop()
  }

  @Test func `who takes no answers is not read from, and dropped after a while`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {write_idle_ms: 500}")
    let client = try gateway.client()
    // Each of these few bytes asks for ten times as many.
    let requests = String(repeating: "GET /moved HTTP/1.1\r\nHost: a\r\n\r\n", count: 2_000)
    var sent = 0
    while sent < 200_000_000 {
      let count = client.sendAll(of: Array(requests.utf8), milliseconds: 300)
      sent += count
      if count < requests.utf8.count { break }
    }
    // What the two sockets hold, and little more.
    #expect(sent < 50_000_000)
    #expect(client.isEnded(within: 10_000))
    try await gateway.stop()
  }

  @Test func `a client has no more connections than it may`() async throws {
    let gateway = try await RunningGateway.start(ports: [1], settings: "limits: {connections_per_client: 2}")
    var clients = [try gateway.client(), try gateway.client()]
    for client in clients { #expect(try isServed(client)) }
    #expect(try !isServed(gateway.client()))
    clients[0].close()
    clients.removeFirst()
    // Its place is free once the gateway has seen the end.
    var isFree = false
    for _ in 0..<500 where !isFree {
      isFree = try isServed(gateway.client())
      if !isFree { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(isFree)
    try await gateway.stop()
  }

  @Test func `thousands may knock at once, where the system lets them`() async throws {
    let gateway = try await RunningGateway.start(ports: [1])
    let bound = try String(contentsOfFile: "/proc/sys/net/core/somaxconn", encoding: .utf8)
    let most = try #require(Int(bound.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(backlog(ofListenerOn: gateway.port) == min(4_096, most))
    try await gateway.stop()
  }

  /// How many connections the kernel keeps for one of this process's listeners until they are accepted.
  private func backlog(ofListenerOn port: Int) -> Int? {
    for descriptor in Int32(0)..<20_000 {
      var place = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = unsafe withUnsafeMutablePointer(to: &place) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe getsockname(descriptor, $0, &size)
        }
      }
      guard result == 0, Int32(place.sin_family) == AF_INET, Int(UInt16(bigEndian: place.sin_port)) == port
      else { continue }
      var info = tcp_info()
      var length = socklen_t(MemoryLayout<tcp_info>.size)
      let known = unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length)
      // TCP_LISTEN, of which these two numbers are the connections that wait and how many may.
      if known == 0, info.tcpi_state == 10 { return Int(info.tcpi_sacked) }
    }
    return nil
  }

  private func isServed(_ client: RawClient) throws -> Bool {
    client.send("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    guard client.hasInput(within: 5_000), let answer = try? client.receiveAnswer() else { return false }
    return answer.hasPrefix("HTTP/1.1 308")
  }
}
