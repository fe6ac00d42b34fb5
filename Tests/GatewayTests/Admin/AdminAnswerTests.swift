import HTTPWire
import NIOCore
import Telemetry
import Testing

@testable import Gateway

@Suite struct AdminAnswerTests {
  private let registry = MetricsRegistry()
  private let readiness = Readiness(["token keys": "not fetched yet", "listeners": "not bound yet"])

  private func get(_ path: String, _ method: HTTPMethod = .get) -> (status: Int, body: String) {
    let bytes = Array(path.utf8)
    let answer = AdminAnswer(registry: registry, readiness: readiness).answer(method, path: bytes.span)
    return (answer.status, String(buffer: answer.body))
  }

  @Test func `it is ready when nothing is missing, and says what is`() {
    #expect(get("/health/ready").status == 503)
    #expect(
      get("/ready").body
        == #"{"status":"not_ready","not_ready":[{"name":"listeners","reason":"not bound yet"},"#
        + #"{"name":"token keys","reason":"not fetched yet"}]}"#)
    readiness.ready("listeners")
    readiness.ready("token keys")
    #expect(get("/health/ready") == (200, #"{"status":"ready","not_ready":[]}"#))
    readiness.notReady("drain", "shutting down")
    #expect(get("/health/ready").status == 503)
  }

  @Test func `it lives while it answers`() {
    #expect(get("/health/live") == (200, #"{"status":"live"}"#))
    #expect(get("/health").status == 200)
  }

  @Test func `metrics are all that the loops counted together`() throws {
    let plan = try PolicySample.plan(try PolicySample.folder())
    for _ in 0..<2 {
      let metrics = LoopMetrics(registry, plan: plan)
      metrics.connections.add(3)
      var record = RequestRecord()
      record.route = 0
      record.status = 502
      record.nanoseconds = 2_000_000
      record.upstreamNanoseconds = 1_000_000
      record.bytesIn = 100
      record.reason = GatewayError.upstreamClosed.code.rawValue
      record.token = .apiKey(7)
      metrics.count(record)
      record.route = nil
      record.status = 999
      metrics.count(record)
    }
    let text = get("/metrics").body
    for line in [
      #"gateway_requests_total{route="/v2/*",status="5xx"} 2"#,
      #"gateway_requests_total{route="none",status="other"} 2"#,
      "gateway_connections 6", #"gateway_received_bytes_total{route="/v2/*"} 200"#,
      #"gateway_request_seconds_bucket{route="/v2/*",le="0.0025"} 2"#,
      #"gateway_upstream_seconds_count{route="/v2/*"} 2"#, #"gateway_tokens_total{outcome="api_key"} 4"#,
      #"gateway_upstream_errors_total{reason="upstream_closed"} 4"#,
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
  }

  @Test func `anything else is refused`() {
    #expect(get("/").status == 404)
    #expect(get("/metrics/").status == 404)
    #expect(get("/metrics", .post).status == 405)
    #expect(get("/metrics", .head).body.isEmpty)
  }
}
