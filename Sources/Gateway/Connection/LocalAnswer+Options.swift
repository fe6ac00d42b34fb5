import NIOCore

extension LocalAnswer {
  /// What `OPTIONS *` is told: it asks about the server, not about a path (RFC 9110, 9.3.7). And what an OPTIONS is told
  /// that may not be forwarded (7.6.2).
  static let serverOptions = LocalAnswer(
    status: 204,
    head: ByteBuffer(
      string: "HTTP/1.1 204 No Content\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"))
}
