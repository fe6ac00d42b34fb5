internal import NIOCore
internal import Problem

/// The pages that stand for errors where a person looks on, by status. Immutable: every event loop may hold it.
package final class ErrorPages: Sendable {
  private let files: [Int: StaticFile]
  private let headers: HeaderSet

  /// No page of anybody's: the built-in one answers.
  package static let none = ErrorPages(files: [:], headers: .empty)

  /// - Parameter content: the folder that the configuration names.
  package convenience init(
    _ configuration: ErrorPageConfiguration, _ content: SiteContent, headers: HeaderSet
  ) throws(StaticSiteError) {
    var files: [Int: StaticFile] = [:]
    for (status, page) in configuration.pages { files[status] = try content.file(named: page) }
    self.init(files: files, headers: headers)
  }

  private init(files: [Int: StaticFile], headers: HeaderSet) {
    self.files = files
    self.headers = headers
  }

  /// The answer for a status: its own page, that of its class, or the built-in one.
  ///
  /// - Parameter fields: lines of the route, for the built-in page.
  func answer(
    _ error: GatewayError, _ audience: ErrorAudience, isHead: Bool, fields: ByteBuffer
  ) -> LocalAnswer {
    let file = files[error.status] ?? files[error.status / 100]
    let variant = file?.variant(for: audience.encodings) ?? file?[.identity]
    let body = variant?.body ?? ByteBuffer(bytes: ErrorPage.html(status: error.status))
    var head = ByteBuffer()
    head.writeStatusLine(error.status)
    head.writeField("Content-Type", "text/html; charset=utf-8")
    if let coding = variant?.coding.token { head.writeField("Content-Encoding", coding) }
    head.writeField("Content-Length", String(body.readableBytes))
    head.writeField("Cache-Control", "no-store")
    for header in error.headers { head.writeField(header.name, header.value) }
    head.writeImmutableBuffer(file == nil ? fields : headers.lines)
    return LocalAnswer(
      status: error.status, head: head, body: isHead ? ByteBuffer() : body, reason: error.code.rawValue)
  }
}
