internal import Problem
package import NIOCore

/// Turns errors into answers: the envelope of api.md, or a page for somebody who asked for a page. The one
/// place where it happens.
package enum ErrorAnswer {
  /// - Parameters:
  ///   - path: the path of the request without its query, for the envelope; empty when it could not be read.
  ///   - audience: whether a person was about to see a page.
  ///   - pages: those of the configuration.
  ///   - isHead: whether the request was HEAD.
  ///   - timestamp: now, as `YYYY-MM-DDTHH:mm:ss.SSSZ`.
  ///   - fields: header lines of the route, each with its CR LF.
  package static func render(
    _ error: GatewayError, path: String, audience: ErrorAudience, pages: ErrorPages = .none, isHead: Bool,
    timestamp: String, fields: ByteBuffer = ByteBuffer()
  ) -> LocalAnswer {
    if audience.wantsPage { return pages.answer(error, audience, isHead: isHead, fields: fields) }
    let problem = error.problem
    let body = problem.body(path: path, timestamp: timestamp)
    var head = ByteBuffer()
    head.writeStatusLine(error.status)
    head.writeField("Content-Type", "application/json; charset=utf-8")
    head.writeField("Content-Length", String(body.count))
    head.writeField("Cache-Control", "no-store")
    for header in problem.headers { head.writeField(header.name, header.value) }
    head.writeImmutableBuffer(fields)
    return LocalAnswer(
      status: error.status, head: head, body: isHead ? ByteBuffer() : ByteBuffer(bytes: body),
      reason: error.code.rawValue)
  }

  /// The same without a request's head to look at.
  package static func render(
    _ error: GatewayError, path: String, isPage: Bool, isHead: Bool, timestamp: String,
    fields: ByteBuffer = ByteBuffer()
  ) -> LocalAnswer {
    render(
      error, path: path, audience: isPage ? .person : .program, isHead: isHead, timestamp: timestamp,
      fields: fields)
  }
}
