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
  private let errorPages: ErrorPages
  private let hasFingerprints: Bool

  /// Reads the folder for one route.
  package convenience init(_ configuration: SiteConfiguration, headers: HeaderSet) throws(StaticSiteError) {
    try self.init(SiteContent(configuration), headers: headers)
  }

  /// - Parameters:
  ///   - content: shared by all routes that serve the site.
  ///   - headers: set on every answer.
  ///   - errorPages: for requests that cannot be met.
  package init(
    _ content: SiteContent, headers: HeaderSet, errorPages: ErrorPages = .none
  ) throws(StaticSiteError) {
    let configuration = content.configuration
    var files: [StaticFile] = []
    var paths = PathTrie()
    func add(_ path: PathPattern, _ entry: SiteContent.Entry, _ cacheControl: String) {
      _ = paths.insert(path, value: files.count)
      files.append(StaticFile(entry, cacheControl: cacheControl, headers: headers.lines))
    }
    for entry in content.entries {
      let names = entry.name.split(separator: "/").map(String.init)
      if names.last == configuration.index {
        _ = paths.insert(PathPattern(exactly: names.dropLast()), value: files.count)
      }
      add(PathPattern(exactly: names), entry, Self.cacheControl(entry.name, configuration))
      guard let fingerprinted = entry.fingerprintedName?.split(separator: "/").map(String.init) else {
        continue
      }
      add(PathPattern(exactly: fingerprinted), entry, "public, max-age=31536000, immutable")
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
    self.errorPages = errorPages
    hasFingerprints = configuration.fingerprints
  }

  /// The answer to GET or HEAD; never an error, since what is not there has a page too.
  package func answer(
    _ head: borrowing RequestHead, _ path: RequestPath, in bytes: Span<UInt8>
  ) -> LocalAnswer {
    let accepted =
      head.fields.value(.acceptEncoding).map { AcceptEncoding($0, in: bytes) } ?? AcceptEncoding()
    let isHead = head.method == .head
    guard let file = file(at: path, in: bytes) ?? fileOfAnotherVersion(path, in: bytes) else {
      return missing(head.fields, in: bytes, accepted, isHead: isHead)
    }
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

  /// A page that was fetched before a new version came asks for the assets of the old one: it gets today's, not to be
  /// kept, rather than nothing.
  private func fileOfAnotherVersion(_ path: RequestPath, in bytes: Span<UInt8>) -> StaticFile? {
    guard hasFingerprints, let plain = AssetManifest.plainName(bytes.extracting(path.range)) else {
      return nil
    }
    return file(at: 0..<plain.count, in: plain.span)
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

  private func missing(
    _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, _ accepted: AcceptEncoding, isHead: Bool
  ) -> LocalAnswer {
    let audience = ErrorAudience(fields, in: bytes, isPage: true)
    guard audience.wantsPage else { return error(GatewayError.notFound, audience, isHead: isHead) }
    guard let notFound, let variant = notFound.variant(for: accepted) else {
      return error(GatewayError.notFound, audience, isHead: isHead)
    }
    return LocalAnswer(
      status: 404, head: variant.missing, body: isHead ? ByteBuffer() : variant.body,
      reason: GatewayError.Code.notFound.rawValue)
  }

  private func error(_ error: GatewayError, _ audience: ErrorAudience = .person, isHead: Bool) -> LocalAnswer
  {
    ErrorAnswer.render(
      error, path: "", audience: audience, pages: errorPages, isHead: isHead, timestamp: "", fields: headers)
  }

  /// Pages are asked for each time, so that a new version is seen at once; the rest may be kept as configured.
  private static func cacheControl(_ name: String, _ configuration: SiteConfiguration) -> String {
    guard configuration.maximumAgeSeconds > 0, !name.hasSuffix(".html") else { return "no-cache" }
    return "public, max-age=\(configuration.maximumAgeSeconds)"
  }
}
