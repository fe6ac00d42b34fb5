internal import JSON
internal import NIOCore
package import HTTPWire
package import Telemetry

/// What the admin listener answers: metrics, health and what goes on just now. It has no other way in and takes no body.
package struct AdminAnswer: Sendable {
  private let registry: MetricsRegistry
  private let readiness: Readiness
  private let traffic: TrafficHistory

  package init(registry: MetricsRegistry, readiness: Readiness, traffic: TrafficHistory? = nil) {
    self.registry = registry
    self.readiness = readiness
    self.traffic = traffic ?? TrafficHistory(registry)
  }

  /// - Parameters:
  ///   - path: of the target, without the query.
  ///   - wantsPage: whether a person looks on with a browser.
  package func answer(_ method: HTTPMethod, path: Span<UInt8>, wantsPage: Bool = false) -> LocalAnswer {
    guard let page = page(at: path, wantsPage) else { return refusal(.notFound, method, path) }
    guard method == .get || method == .head else {
      return refusal(.methodNotAllowed(.reading), method, path)
    }
    let (status, type, body) = page()
    var head = ByteBuffer()
    head.writeStatusLine(status)
    head.writeField("Content-Type", type)
    head.writeField("Content-Length", String(body.count))
    head.writeField("Cache-Control", "no-store")
    head.writeField("X-Content-Type-Options", "nosniff")
    head.writeField(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'")
    return LocalAnswer(
      status: status, head: head, body: method == .head ? ByteBuffer() : ByteBuffer(bytes: body))
  }

  private typealias Page = () -> (status: Int, type: String, body: [UInt8])

  private func page(at path: Span<UInt8>, _ wantsPage: Bool) -> Page? {
    if path.equals("/metrics") { return { (200, MetricsRegistry.contentType, registry.render()) } }
    if path.equals("/health/live") || path.equals("/health") { return live }
    if path.equals("/health/ready") || path.equals("/ready") { return ready }
    if path.equals("/top") { return wantsPage ? { TopPage.html } : topText }
    if path.equals("/top.json") { return topJSON }
    if path.equals("/top.css") { return { TopPage.style } }
    if path.equals("/top.js") { return { TopPage.script } }
    return nil
  }

  private func topText() -> (status: Int, type: String, body: [UInt8]) {
    (200, "text/plain; charset=utf-8", Array(traffic.report().text.utf8))
  }

  private func topJSON() -> (status: Int, type: String, body: [UInt8]) {
    (200, "application/json", traffic.report().json)
  }

  private func live() -> (status: Int, type: String, body: [UInt8]) {
    var json = JSONWriter()
    json.object { $0.member("status", "live") }
    return (200, "application/json", json.bytes)
  }

  private func ready() -> (status: Int, type: String, body: [UInt8]) {
    let missing = readiness.whatIsMissing
    var json = JSONWriter()
    json.object { json in
      json.member("status", missing.isEmpty ? "ready" : "not_ready")
      json.array("not_ready", missing) { json, need in
        json.object { json in
          json.member("name", need.name)
          json.member("reason", need.reason)
        }
      }
    }
    return (missing.isEmpty ? 200 : 503, "application/json", json.bytes)
  }

  private func refusal(_ error: GatewayError, _ method: HTTPMethod, _ path: Span<UInt8>) -> LocalAnswer {
    ErrorAnswer.render(error, path: path.text, isPage: false, isHead: method == .head, timestamp: "")
  }
}
