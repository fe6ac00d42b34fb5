import Foundation
import NIOCore
import Telemetry
import Testing

@testable import Gateway

@Suite(.serialized, .timeLimit(.minutes(1))) struct TrafficReportTests {
  @Test(
    arguments: [
      (0.5, [0.0, 0, 0], nil), (0.5, [10, 0, 0], 0.5), (0.99, [0, 100, 0], 1.99), (0.5, [0, 0, 4], 2),
      (0.99, [99, 1, 0], 1), (1, [0, 1, 0], 2),
    ] as [(Double, [Double], Double?)])
  func `a quantile lies within its bucket`(part: Double, counts: [Double], expected: Double?) {
    let found = LatencySummary.quantile(part, counts, [1, 2])
    #expect(found == expected || abs((found ?? 0) - (expected ?? -1)) < 1e-9)
  }

  @Test func `a report speaks of what happened since, by route`() throws {
    let registry = MetricsRegistry()
    let plan = try PolicySample.plan(try PolicySample.folder())
    let metrics = LoopMetrics(registry, plan: plan)
    var record = RequestRecord()
    record.route = 0
    record.status = 200
    record.nanoseconds = 2_000_000
    metrics.count(record)
    let then = registry.numbers()
    record.status = 503
    record.bytesOut = 100
    for _ in 0..<20 { metrics.count(record) }
    let report = TrafficReport(registry.layout(), now: registry.numbers(), then: then, seconds: 10)
    let route = try #require(report.routes.first)
    #expect(route.name == "/v2/*" && route.perSecond == 2 && route.total == 21 && route.outPerSecond == 200)
    #expect(route.statuses == [0, 0, 0, 20, 0])
    #expect(abs((route.time.p99 ?? 0) - 0.0025) < 0.0002 && route.upstream.p50 == nil)
    #expect(report.others.contains { $0.name == "gateway_tokens_total" && $0.isRate && $0.value == 2 })
    #expect(report.text.contains("\n\nLIMITS\ngateway_tokens_total outcome=ignored"))
    #expect(
      String(decoding: report.json, as: UTF8.self).contains(
        #"{"section":"limits","name":"gateway_tokens_total""#))
    #expect(report.text.contains("/v2/*") && report.text.hasPrefix("last 10 s: 2 requests a second"))
  }

  @Test(arguments: [
    ("gateway_upstream_queue", "upstreams"), ("gateway_rate_limit_decisions_total", "limits"),
    ("gateway_shared_limits_reached", "limits"), ("gateway_token_refusals_total", "limits"),
    ("gateway_cache_bytes", "cache"), ("gateway_fan_out_clients", "cache"), ("process_open_fds", "rest"),
  ])
  func `a series stands where it is looked for`(name: String, section: String) {
    #expect(TrafficSection(metric: name).rawValue == section)
  }

  @Test func `a reload goes on counting in the same cells`() throws {
    let registry = MetricsRegistry()
    let plan = try PolicySample.plan(try PolicySample.folder())
    let first = LoopMetrics(registry, plan: plan)
    let count = registry.numbers().count
    first.connections.add(1)
    let second = LoopMetrics(registry, plan: plan, after: first)
    second.connections.add(1)
    #expect(registry.numbers().count == count)
    #expect(String(decoding: registry.render(), as: UTF8.self).contains("gateway_connections 2\n"))
  }

  @Test func `the admin listener shows it to browsers, programs and terminals`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      upstream, settings: "admin: {address: 127.0.0.1, port: \(RawClient.freePort())}")
    let client = try gateway.client()
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receiveAnswer()
    let admin = try RawClient(port: #require(gateway.gateway.adminPort))
    func get(_ path: String, _ accept: String = "*/*") throws -> String {
      admin.send("GET \(path) HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n")
      return try admin.receiveAnswer()
    }
    let page = try get("/top", "text/html,*/*")
    #expect(page.contains("<title>gateway · top</title>") && page.contains("script-src 'self'"))
    #expect(!page.contains("<style") && !page.contains("onclick"))
    #expect(try get("/top.js").contains("Content-Type: text/javascript"))
    #expect(try get("/top.css").contains("Content-Type: text/css"))
    let text = try get("/top")
    #expect(text.contains("Content-Type: text/plain") && text.contains("ROUTE") && text.contains("/*"))
    let answer = try get("/top.json")
    let body = Data(answer[try #require(answer.range(of: "\r\n\r\n")).upperBound...].utf8)
    let json = try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
    let routes = try #require(json["routes"] as? [[String: Any]])
    #expect(routes.first?["route"] as? String == "/*" && routes.first?["total"] as? Double == 1)
    #expect((json["loops"] as? [[String: Any]])?.count == 1)
    let metrics = try get("/metrics")
    for name in [
      "gateway_build_info{", "process_resident_memory_bytes ", "gateway_loop_busy_seconds_total{loop=\"0\"}",
      "gateway_access_log_lost_total 0",
    ] {
      #expect(metrics.contains(name), "\(name)")
    }
    try await gateway.stop()
  }
}
