package import NIOCore

/// An answer that the gateway gives itself: a file, a redirect or an error.
///
/// `head` holds the status line and fields, each with its CR LF. The engine adds what differs from request to
/// request (Date, X-Request-Id, Connection) and the empty line.
package struct LocalAnswer: Sendable, Equatable {
  package var status: Int
  package var head: ByteBuffer
  /// What follows the head: empty for HEAD, 204 and 304, whatever Content-Length says.
  package var body: ByteBuffer
  /// For the log and metrics: the reason of an error.
  package var reason: String?

  package init(status: Int, head: ByteBuffer, body: ByteBuffer = ByteBuffer(), reason: String? = nil) {
    self.status = status
    self.head = head
    self.body = body
    self.reason = reason
  }
}
