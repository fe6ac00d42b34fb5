package import HTTPWire
package import NIOCore

/// A route that sends the client elsewhere.
package struct RedirectRule: Sendable {
  private let status: Int
  private let template: PathTemplate
  private let keepsQuery: Bool
  private let headers: ByteBuffer
  /// The answer to a request without a query, where nothing of the path goes in.
  private let constant: LocalAnswer?

  package init(_ redirect: RouteConfiguration.Redirect, headers: ByteBuffer) {
    status = redirect.status
    template = redirect.location
    keepsQuery = redirect.keepsQuery
    self.headers = headers
    constant = redirect.location.isConstant ? Self.answer(status, redirect.location, headers) : nil
  }

  /// - Parameter path: the request's, in `bytes`.
  package func answer(_ target: RequestTarget, _ path: RequestPath, in bytes: Span<UInt8>) -> LocalAnswer {
    let query = keepsQuery ? target.query : nil
    if query == nil, let constant { return constant }
    return Self.answer(status, template, headers, path.range, query: query, of: bytes)
  }

  private static func answer(
    _ status: Int, _ template: PathTemplate, _ headers: ByteBuffer, _ path: Range<Int> = 0..<0,
    query: Range<Int>? = nil, of bytes: Span<UInt8> = Span()
  ) -> LocalAnswer {
    var head = ByteBuffer()
    head.writeStatusLine(status)
    head.writeStaticString("Location: ")
    template.write(path, query: query, of: bytes, into: &head)
    head.writeStaticString("\r\nContent-Length: 0\r\n")
    head.writeImmutableBuffer(headers)
    return LocalAnswer(status: status, head: head)
  }
}
