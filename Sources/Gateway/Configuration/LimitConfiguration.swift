/// Bounds on what one client may send and how many may come.
package struct LimitConfiguration: Sendable, Equatable {
  /// The request line; beyond it 414.
  package var requestLineBytes = 8_192
  /// Request line and header fields together; beyond it 431.
  package var headBytes = 32_768
  package var headerCount = 100
  /// A request body; beyond it 413.
  package var bodyBytes = 10_485_760
  /// Open client connections of the whole process; beyond it new ones are closed at once.
  package var connections = 20_000
  /// Connections of the whole process that have not yet come to their first request: TLS handshakes and PROXY
  /// headers under way. Beyond it new ones are closed at once.
  package var handshakes = 2_048
  /// Open connections of one client address, trusted proxies apart; beyond it new ones are closed at once. 0 for no such
  /// bound.
  package var connectionsPerClient = 0
  /// From nine tenths of it on no more connections are accepted; nil for the limit of the control group.
  package var memoryBytes: Int?

  /// Requests that one HTTP/2 connection may have open at once.
  package var http2Streams = 100

  package init() {}
}
