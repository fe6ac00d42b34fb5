internal import NIOCore

/// A file of a site: its encodings and what conditions compare with. Shared by reference, so that finding it costs
/// one count.
package final class StaticFile: Sendable {
  /// As a path in the site, `/style.css`.
  package let name: String
  /// Seconds since 1970.
  package let modifiedAt: Int
  private let plain: StaticVariant
  private let gzip: StaticVariant?
  private let brotli: StaticVariant?

  /// - Parameters:
  ///   - cacheControl: the value of the field.
  ///   - headers: lines of the route, each with its CR LF.
  init(name: String, content: [UInt8], modifiedAt: Int, cacheControl: String, headers: ByteBuffer) {
    self.name = name
    self.modifiedAt = modifiedAt
    let type = ContentType(fileName: name)
    let packed = type.isText ? Self.pack(content) : [:]
    var fields = ByteBuffer()
    fields.writeField("Last-Modified", HTTPDate.text(modifiedAt))
    fields.writeField("Cache-Control", cacheControl)
    fields.writeField("Accept-Ranges", "bytes")
    if !packed.isEmpty { fields.writeField("Vary", "Accept-Encoding") }
    fields.writeImmutableBuffer(headers)
    func variant(_ coding: ContentCoding, _ content: [UInt8]) -> StaticVariant {
      StaticVariant(coding: coding, content: content, contentType: type.name, fields: fields)
    }
    plain = variant(.identity, content)
    gzip = packed[.gzip].map { variant(.gzip, $0) }
    brotli = packed[.brotli].map { variant(.brotli, $0) }
  }

  /// The encoding that the client likes best; nil when it refuses all that there are.
  package func variant(for accepted: AcceptEncoding) -> StaticVariant? {
    accepted.best { self[$0] != nil }.flatMap { self[$0] }
  }

  package subscript(coding: ContentCoding) -> StaticVariant? {
    switch coding {
    case .identity: plain
    case .gzip: gzip
    case .brotli: brotli
    }
  }

  /// The encodings that are smaller than the file; below 128 bytes the head is larger than what is saved.
  private static func pack(_ content: [UInt8]) -> [ContentCoding: [UInt8]] {
    guard content.count >= 128 else { return [:] }
    var packed: [ContentCoding: [UInt8]] = [:]
    for coding in [ContentCoding.gzip, .brotli] {
      if let bytes = coding.encode(content), bytes.count < content.count { packed[coding] = bytes }
    }
    return packed
  }
}
