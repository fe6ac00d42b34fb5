package import Telemetry

/// What became of connections before their first request, on one loop. Failed handshakes are counted, never logged:
/// anybody can make them by the thousand.
package final class EntranceMetrics: Sendable {
  package enum Version: String, Sendable, CaseIterable {
    case tls12 = "TLSv1.2"
    case tls13 = "TLSv1.3"
  }

  package enum Failure: String, Sendable, CaseIterable {
    /// The handshake came to nothing.
    case handshake = "handshake_failed"
    case tooSlow = "timed_out"
    case plainHTTP = "plain_http"
    /// The PROXY header is missing or wrong.
    case proxyHeader = "proxy_header"
    /// It comes from an address that may not speak the PROXY protocol.
    case untrustedProxy = "untrusted_proxy"
  }

  package let underWay: Gauge
  /// Errors of TLS on connections whose handshake was over.
  package let tlsErrors: Counter
  private let versions: [Version: Counter]
  private let failures: [Failure: Counter]

  package init(_ registry: MetricsRegistry) {
    underWay = registry.gauge(
      MetricNames.entrances, help: "Connections whose TLS handshake or PROXY header is under way.")
    tlsErrors = registry.counter(
      MetricNames.tlsErrors, help: "Encrypted connections that ended with an error after their handshake.")
    versions = Dictionary(
      uniqueKeysWithValues: Version.allCases.map { version in
        let labels: KeyValuePairs = ["version": version.rawValue]
        return (
          version,
          registry.counter(
            MetricNames.handshakes, help: "TLS handshakes that were completed.", labels: labels)
        )
      })
    failures = Dictionary(
      uniqueKeysWithValues: Failure.allCases.map { failure in
        let labels: KeyValuePairs = ["reason": failure.rawValue]
        return (
          failure,
          registry.counter(
            MetricNames.entranceFailures, help: "Connections that ended before a request could be read.",
            labels: labels)
        )
      })
  }

  package func count(_ version: Version) { versions[version]?.increment() }

  package func count(_ failure: Failure) { failures[failure]?.increment() }
}
