/// How a message's body is delimited (RFC 9112, 6.3).
package enum MessageFraming: Equatable, Sendable {
  case none
  case length(Int)
  case chunked
  /// A response without a length: its body ends with the connection.
  case untilClose
}
