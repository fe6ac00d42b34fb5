import Foundation
import Testing

@testable import Gateway

/// A collector that is a real server: what it is posted is read as JSON.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TraceExportTests {
  private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"

  private func start(
    _ upstream: ScriptedUpstream, _ collector: Int, more: String = ""
  ) async throws -> RunningGateway {
    try await RunningGateway.start(
      upstream,
      settings: """
          - {path: "/v2/bookings/{uid}", upstream: main}
        tracing: {endpoint: "http://127.0.0.1:\(collector)", flush_ms: 20, service_name: edge, \(more)}
        """)
  }

  private func spans(_ collector: ScriptedUpstream) throws -> [[String: Any]] {
    try collector.seen.requests.flatMap { request -> [[String: Any]] in
      let body = try #require(request.range(of: "\r\n\r\n")).upperBound
      let object = try JSONSerialization.jsonObject(with: Data(request[body...].utf8)) as? [String: Any]
      let resources = try #require(object?["resourceSpans"] as? [[String: Any]])
      return resources.flatMap { ($0["scopeSpans"] as? [[String: Any]] ?? []) }
        .flatMap { $0["spans"] as? [[String: Any]] ?? [] }
    }
  }

  private func attributes(_ span: [String: Any]) -> [String: String] {
    var values: [String: String] = [:]
    for attribute in span["attributes"] as? [[String: Any]] ?? [] {
      let value = attribute["value"] as? [String: Any]
      values[attribute["key"] as? String ?? ""] = (value?["stringValue"] ?? value?["intValue"]) as? String
    }
    return values
  }

  @Test func `a forwarded request is a span of the caller's trace, and the upstream's parent`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let collector = try await ScriptedUpstream.start { _, _ in reply("{}") }
    let gateway = try await start(upstream, collector.port)
    let client = try gateway.client()
    client.send(
      "GET /v2/bookings/7?secret=1 HTTP/1.1\r\nHost: a\r\ntraceparent: \(Self.parent)-01\r\ntracestate: v=1\r\n"
        + "X-Request-Id: request-0001\r\n\r\n")
    _ = try client.receiveAnswer()
    try await collector.wait { !$0.requests.isEmpty }
    let span = try #require(try spans(collector).first)
    #expect(collector.seen.requests[0].hasPrefix("POST /v1/traces HTTP/1.1\r\n"))
    #expect(collector.seen.requests[0].contains(#""key":"service.name","value":{"stringValue":"edge"}"#))
    #expect(span["traceId"] as? String == "0af7651916cd43dd8448eb211c80319c")
    #expect(span["parentSpanId"] as? String == "b7ad6b7169203331")
    #expect(span["name"] as? String == "GET /v2/bookings/{uid}" && span["kind"] as? Int == 2)
    let id = try #require(span["spanId"] as? String)
    #expect(
      upstream.seen.requests[0].contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-\(id)-01\r\n"))
    #expect(upstream.seen.requests[0].contains("tracestate: v=1\r\n"))
    let values = attributes(span)
    #expect(values["http.request.method"] == "GET" && values["http.response.status_code"] == "200")
    #expect(values["http.route"] == "/v2/bookings/{uid}" && values["url.path"] == "/v2/bookings/7")
    #expect(values["url.scheme"] == "http" && values["client.address"] == "127.0.0.1")
    #expect(values["daybook.request_id"] == "request-0001" && values["error.type"] == nil)
    let start = try #require(Int(span["startTimeUnixNano"] as? String ?? ""))
    let end = try #require(Int(span["endTimeUnixNano"] as? String ?? ""))
    #expect(end >= start && abs(Double(end) / 1e9 - Date().timeIntervalSince1970) < 60)
    try await gateway.stop()
  }

  @Test func `a failure is a span with an error, also when the caller brings no trace`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .last("") }
    let collector = try await ScriptedUpstream.start { _, _ in reply("{}") }
    let gateway = try await start(upstream, collector.port, more: "sample_one_in: 1")
    let client = try gateway.client()
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receiveAnswer()
    _ = try client.receiveAnswer()
    // Both requests leave a span, perhaps in two posts.
    try await collector.wait { seen in seen.requests.joined().matches(of: /"spanId"/).count == 2 }
    let found = try spans(collector)
    #expect(found.map { attributes($0)["http.response.status_code"] } == ["502", "308"])
    #expect(attributes(found[0])["error.type"] == "upstream_closed" && found[0]["parentSpanId"] == nil)
    #expect((found[0]["status"] as? [String: Any])?["code"] as? Int == 2)
    #expect((found[1]["status"] as? [String: Any])?.isEmpty == true)
    try await gateway.stop()
  }

  @Test func `who asks not to be traced is not`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let collector = try await ScriptedUpstream.start { _, _ in reply("{}") }
    let gateway = try await start(upstream, collector.port, more: "sample_one_in: 1")
    let client = try gateway.client()
    client.send(
      "GET /a HTTP/1.1\r\nHost: a\r\ntraceparent: \(Self.parent)-00\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    _ = try client.receiveAnswer()
    _ = try client.receiveAnswer()
    // A stop sends what waits.
    try await gateway.stop()
    #expect(try spans(collector).map { attributes($0)["url.path"] } == ["/b"])
    #expect(upstream.seen.requests[0].contains("-00\r\n"))
  }

  @Test func `a collector that is gone costs spans, counted, and no request`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let registry = try await withRegistry(upstream, port: RawClient.freePort())
    #expect(registry.contains(#"gateway_trace_spans_total{outcome="failed"} 3"#), "\(registry)")
  }

  @Test func `a collector that does not answer holds up nothing, and what has no room is dropped`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let silent = try await ScriptedUpstream.start { _, _ in .silence }
    let registry = try await withRegistry(upstream, port: silent.port, more: ", queue: 1, timeout_ms: 50")
    #expect(registry.contains(#"gateway_trace_spans_total{outcome="failed"}"#))
    #expect(!registry.contains(#"gateway_trace_spans_total{outcome="dropped"} 0"#), "\(registry)")
  }

  /// Three requests, and what the metrics say once nothing waits any more.
  private func withRegistry(_ upstream: ScriptedUpstream, port: Int, more: String = "") async throws -> String
  {
    let gateway = try await RunningGateway.start(
      upstream,
      settings: """
        admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
        tracing: {endpoint: "http://127.0.0.1:\(port)", flush_ms: 10, sample_one_in: 1\(more)}
        """)
    let client = try gateway.client()
    client.send(String(repeating: "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", count: 3))
    for _ in 0..<3 { #expect(try client.receiveAnswer().hasSuffix("up")) }
    let admin = try RawClient(port: #require(gateway.gateway.adminPort))
    var text = ""
    for _ in 0..<500 {
      admin.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
      text = try admin.receiveAnswer()
      let counts = text.matches(of: /gateway_trace_spans_total\{outcome="\w+"\} (\d+)/).compactMap {
        Int($0.1)
      }
      if counts.reduce(0, +) == 3 { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    try await gateway.stop()
    return text
  }
}
