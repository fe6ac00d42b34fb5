/// When a server is left alone because of how it answers; judged by each event loop for itself.
package struct CircuitConfiguration: Sendable, Equatable {
  /// So many in a row without an answer: no connection, none in time, cut off before its first byte.
  package var failures = 5
  /// So large a share of answers with 500, 502, 503 or 504 within ten seconds, while there are other servers.
  package var errorPercent = 50
  /// The share counts from so many answers on.
  package var errorRequests = 20
  /// Until it is tried again.
  package var openMilliseconds = 500

  package init() {}
}
