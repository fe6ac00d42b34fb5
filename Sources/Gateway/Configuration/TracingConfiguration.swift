/// Where spans of requests are sent, by OTLP over HTTP.
package struct TracingConfiguration: Sendable, Equatable {
  /// Of the collector: a name or an address.
  package var host: String
  package var port: Int
  /// What spans are posted to.
  package var path: String
  /// How spans name this process.
  package var serviceName = "gateway"
  /// One in this many requests that bring no decision of their own; whoever brings one is followed.
  package var sampleOneIn = 100
  /// Spans that may wait for the collector; beyond it they are dropped.
  package var queue = 8_192
  /// How long spans are gathered.
  package var flushMilliseconds = 1_000
  package var timeoutMilliseconds = 5_000

  package init(host: String, port: Int, path: String) {
    self.host = host
    self.port = port
    self.path = path
  }
}
