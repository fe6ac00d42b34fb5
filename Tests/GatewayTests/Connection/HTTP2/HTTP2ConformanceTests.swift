import Foundation
import Testing

/// The cases of h2spec and more, over real sockets: RFC 9113 and RFC 7541 as a hostile client reads them.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTP2ConformanceTests {
  @Test func `frames and streams`() async throws { try await judge(ConformanceCase.framing) }

  @Test func `each type of frame`() async throws { try await judge(ConformanceCase.definitions) }

  @Test func `requests and field blocks`() async throws { try await judge(ConformanceCase.messages) }

  private func judge(_ cases: [ConformanceCase]) async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      let path = request.split(separator: " ")[1]
      if path == "/silence" || path == "/wait" { return .silence }
      return path == "/head" ? .bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n") : reply("hello")
    }
    // One connection upstream is enough, and keeps /wait from being attached: what is sent to it stays.
    let gateway = try await RunningGateway.start(upstream)
    for one in cases {
      let complaint = await one.complaint(port: gateway.port)
      #expect(complaint == nil, "\(one.name)")
    }
    try await gateway.stop()
  }
}
