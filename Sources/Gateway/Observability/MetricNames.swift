/// Every metric of the gateway.
enum MetricNames {
  static let requests = "gateway_requests_total"
  static let seconds = "gateway_request_seconds"
  static let upstreamSeconds = "gateway_upstream_seconds"
  static let tokens = "gateway_tokens_total"
  static let limited = "gateway_rate_limited_total"
  static let bytesIn = "gateway_received_bytes_total"
  static let bytesOut = "gateway_sent_bytes_total"
  static let connections = "gateway_connections"
  static let accepted = "gateway_connections_accepted_total"
  static let refused = "gateway_connections_refused_total"
  static let upstreamErrors = "gateway_upstream_errors_total"
  static let upstreamConnections = "gateway_upstream_connections"
  static let remembered = "gateway_remembered_tokens"
  static let evictions = "gateway_rate_limit_evictions_total"
  static let logLost = "gateway_access_log_lost_total"
}
