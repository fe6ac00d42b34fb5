internal import JSON

extension TrafficReport {
  /// For programs and for the page. Rates are per second, times in milliseconds.
  package var json: [UInt8] {
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      Self.number("window_seconds", seconds, &json)
      json.member("version", GatewayVersion.number)
      Self.number("requests_per_second", routes.reduce(0) { $0 + $1.perSecond }, &json)
      Self.number("requests_total", routes.reduce(0) { $0 + $1.total }, &json)
      Self.number("processor_share", processorShare, &json)
      json.array("loops", loops) { json, loop in
        json.object { json in
          json.member("loop", loop.name)
          Self.number("busy", loop.busy, &json)
        }
      }
      json.array("routes", routes) { json, route in Self.write(route, to: &json) }
      json.array("others", others) { json, other in
        json.object { json in
          json.member("section", other.section.rawValue)
          json.member("name", other.name)
          json.object("labels") { json in
            for label in other.labels {
              json.key(label.name)
              json.string(label.value)
            }
          }
          Self.number(other.isRate ? "per_second" : "value", other.value, &json)
        }
      }
    }
    return json.bytes
  }

  private static func write(_ route: Route, to json: inout JSONWriter) {
    json.object { json in
      json.member("route", route.name)
      number("per_second", route.perSecond, &json)
      number("total", route.total, &json)
      json.object("statuses") { json in
        for (name, count) in zip(["2xx", "3xx", "4xx", "5xx", "other"], route.statuses) {
          json.key(name)
          json.double(count)
        }
      }
      milliseconds("p50_ms", route.time.p50, &json)
      milliseconds("p99_ms", route.time.p99, &json)
      milliseconds("upstream_p50_ms", route.upstream.p50, &json)
      milliseconds("upstream_p99_ms", route.upstream.p99, &json)
      number("limited_per_second", route.limitedPerSecond, &json)
      number("in_bytes_per_second", route.inPerSecond, &json)
      number("out_bytes_per_second", route.outPerSecond, &json)
    }
  }

  private static func number(_ key: StaticString, _ value: Double, _ json: inout JSONWriter) {
    json.key(key)
    json.double(value.isFinite ? (value * 1_000).rounded() / 1_000 : 0)
  }

  private static func milliseconds(_ key: StaticString, _ seconds: Double?, _ json: inout JSONWriter) {
    json.key(key)
    if let seconds { json.double((seconds * 1e6).rounded() / 1_000) } else { json.null() }
  }
}
