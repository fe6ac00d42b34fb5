package import HTTPWire
internal import NIOCore

/// A folder of files, read once and kept in memory with everything that is said about each of them.
/// Immutable: every event loop may hold it.
package final class StaticSite: Sendable {
  private let files: [StaticFile]
  /// From paths and rewrites to places in `files`.
  private let paths: PathTrie
  private let notFound: StaticFile?
  /// Header lines of the route, for answers that are no file.
  private let headers: ByteBuffer

  /// Reads the folder. What is hidden (a leading dot), a symbolic link or not a regular file is left out.
  ///
  /// - Parameter headers: set on every answer.
  package init(_ configuration: SiteConfiguration, headers: HeaderSet) throws(StaticSiteError) {
    let found = try StaticFolder.read(configuration)
    var files: [StaticFile] = []
    var paths = PathTrie()
    for file in found {
      let place = files.count
      files.append(
        StaticFile(
          name: file.name, content: file.content, modifiedAt: file.modifiedAt,
          cacheControl: Self.cacheControl(file.name, configuration), headers: headers.lines))
      let names = file.name.split(separator: "/").map(String.init)
      _ = paths.insert(PathPattern(exactly: names), value: place)
      if names.last == configuration.index {
        _ = paths.insert(PathPattern(exactly: names.dropLast()), value: place)
      }
    }
    for rewrite in configuration.rewrites {
      guard let place = files.firstIndex(where: { $0.name == rewrite.page }) else {
        throw .missingPage(rewrite.page, configuration.root)
      }
      _ = paths.insert(rewrite.path, value: place)
    }
    if let page = configuration.notFound, !files.contains(where: { $0.name == page }) {
      throw .missingPage(page, configuration.root)
    }
    notFound = files.first { $0.name == configuration.notFound }
    self.files = files
    self.paths = paths
    self.headers = headers.lines
  }

  /// How many files are held and how many bytes all their encodings take.
  package var size: (files: Int, bytes: Int) {
    let bytes = files.flatMap { file in ContentCoding.allCases.compactMap { file[$0]?.body.readableBytes } }
    return (files.count, bytes.reduce(0, +))
  }

  /// The answer to GET or HEAD; never an error, since what is not there has a page too.
  package func answer(
    _ head: borrowing RequestHead, _ path: RequestPath, in bytes: Span<UInt8>
  ) -> LocalAnswer {
    let accepted =
      head.fields.value(.acceptEncoding).map { AcceptEncoding($0, in: bytes) } ?? AcceptEncoding()
    let isHead = head.method == .head
    guard let file = file(at: path, in: bytes) else { return missing(accepted, isHead: isHead) }
    guard let variant = file.variant(for: accepted) else {
      return error(StaticSiteProblem.notAcceptable, isHead: isHead)
    }
    switch StaticConditions.evaluate(head.fields, in: bytes, tag: variant.tag, modifiedAt: file.modifiedAt) {
    case .notModified: return LocalAnswer(status: 304, head: variant.notModified)
    case .failed: return error(StaticSiteProblem.preconditionFailed, isHead: isHead)
    case .whole: return whole(variant, isHead: isHead)
    case .range(let value):
      return isHead ? whole(variant, isHead: true) : part(variant, value, in: bytes)
    }
  }

  /// The file that a path stands for. A slash at the end does not count.
  package func file(at path: RequestPath, in bytes: Span<UInt8>) -> StaticFile? {
    guard path.isEncoded else { return file(at: path.range, in: bytes) }
    let decoded = path.decoded(in: bytes)
    return file(at: 0..<decoded.count, in: decoded.span)
  }

  private func file(at path: Range<Int>, in bytes: Span<UInt8>) -> StaticFile? {
    paths.match(path, in: bytes).value.map { files[$0] }
  }

  private func whole(_ variant: StaticVariant, isHead: Bool) -> LocalAnswer {
    LocalAnswer(status: 200, head: variant.found, body: isHead ? ByteBuffer() : variant.body)
  }

  private func part(_ variant: StaticVariant, _ value: Range<Int>, in bytes: Span<UInt8>) -> LocalAnswer {
    let length = variant.body.readableBytes
    switch ByteRange(value, in: bytes, length: length) {
    case .whole: return whole(variant, isHead: false)
    case .part(let part):
      let body = variant.body.getSlice(at: variant.body.readerIndex + part.lowerBound, length: part.count)
      return LocalAnswer(status: 206, head: variant.partialHead(part), body: body ?? ByteBuffer())
    case .unsatisfiable: return error(StaticSiteProblem.rangeNotSatisfiable(length), isHead: false)
    }
  }

  private func missing(_ accepted: AcceptEncoding, isHead: Bool) -> LocalAnswer {
    guard let notFound, let variant = notFound.variant(for: accepted) else {
      return error(GatewayError.notFound, isHead: isHead)
    }
    return LocalAnswer(
      status: 404, head: variant.missing, body: isHead ? ByteBuffer() : variant.body,
      reason: GatewayError.Code.notFound.rawValue)
  }

  private func error(_ error: GatewayError, isHead: Bool) -> LocalAnswer {
    ErrorAnswer.render(error, path: "", isPage: true, isHead: isHead, timestamp: "", fields: headers)
  }

  /// Pages are asked for each time, so that a new version is seen at once; the rest may be kept as configured.
  private static func cacheControl(_ name: String, _ configuration: SiteConfiguration) -> String {
    guard configuration.maximumAgeSeconds > 0, !name.hasSuffix(".html") else { return "no-cache" }
    return "public, max-age=\(configuration.maximumAgeSeconds)"
  }
}
