internal import JSON
package import Telemetry

/// One request as a span of a trace. Made for sampled requests only, so it may hold copies.
package struct RequestSpan: Sendable {
  private let trace: TraceContext
  private let record: RequestRecord
  private let method: String
  private let path: String
  private let requestID: String
  private let route: String?
  private let endedAt: Int

  /// What is longer is cut: a collector should not be flooded by one address.
  private static let longest = 1_024

  /// - Parameters:
  ///   - path: without the query, which may hold what nobody else should see.
  ///   - endedAt: nanoseconds since 1970.
  package init(
    _ trace: TraceContext, _ record: RequestRecord, method: Span<UInt8>, path: Span<UInt8>,
    requestID: Span<UInt8>, route: String?, endedAt: Int
  ) {
    self.trace = trace
    self.record = record
    self.method = method.extracting(first: Self.longest).text
    self.path = path.extracting(first: Self.longest).text
    self.requestID = requestID.text
    self.route = route
    self.endedAt = endedAt
  }

  /// Writes it as OTLP has it in JSON: ids in hexadecimal, times as text (opentelemetry-proto 1.x), attributes by the
  /// stable conventions for HTTP servers.
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("traceId", trace.traceID)
      json.member("spanId", Self.hex(trace.span))
      if record.parentSpan != 0 { json.member("parentSpanId", Self.hex(record.parentSpan)) }
      json.member("flags", (trace.isSampled ? 1 : 0) | 0x100 | (record.parentSpan == 0 ? 0 : 0x200))
      json.member("name", route.map { "\(method) \($0)" } ?? method)
      json.member("kind", 2)
      json.member("startTimeUnixNano", String(endedAt - record.nanoseconds))
      json.member("endTimeUnixNano", String(endedAt))
      json.key("attributes")
      json.beginArray()
      writeAttributes(to: &json)
      json.endArray()
      json.object("status") { json in
        if record.status >= 500 { json.member("code", 2) }
      }
    }
  }

  private func writeAttributes(to json: inout JSONWriter) {
    text("http.request.method", Self.known.contains(method) ? method : "_OTHER", &json)
    if !Self.known.contains(method) { text("http.request.method_original", method, &json) }
    text("url.scheme", record.isSecure ? "https" : "http", &json)
    text("url.path", path, &json)
    if let route { text("http.route", route, &json) }
    number("http.response.status_code", record.status, &json)
    text("client.address", record.client.description, &json)
    number("http.request.body.size", record.bytesIn, &json)
    number("http.response.body.size", record.bytesOut, &json)
    if record.status >= 500 { text("error.type", record.reason ?? String(record.status), &json) }
    text("daybook.request_id", requestID, &json)
    text("daybook.token", record.token.label, &json)
    if let reason = record.reason { text("daybook.reason", reason, &json) }
    if let upstream = record.upstreamNanoseconds {
      number("daybook.upstream.duration_us", upstream / 1_000, &json)
    }
  }

  private static let known: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  private func text(_ key: StaticString, _ value: String, _ json: inout JSONWriter) {
    attribute(key, &json) { $0.member("stringValue", value) }
  }

  /// 64-bit numbers are text in OTLP's JSON.
  private func number(_ key: StaticString, _ value: Int, _ json: inout JSONWriter) {
    attribute(key, &json) { $0.member("intValue", String(value)) }
  }

  private func attribute(_ key: StaticString, _ json: inout JSONWriter, _ value: (inout JSONWriter) -> Void) {
    json.object { json in
      json.member("key", key.description)
      json.object("value", value)
    }
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
