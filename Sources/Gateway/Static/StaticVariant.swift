package import NIOCore

/// One encoding of a file with its heads, ready to be sent: a hit is one write of a head and one of a body.
package struct StaticVariant: Sendable {
  package let coding: ContentCoding
  package let body: ByteBuffer
  package let tag: EntityTag
  /// The head of 200.
  package let found: ByteBuffer
  /// The head of 304.
  package let notModified: ByteBuffer
  /// The head of 404, for the page that stands for what is missing.
  package let missing: ByteBuffer
  /// The fields that 206 shares with 200, without Content-Length.
  private let common: ByteBuffer

  /// - Parameters:
  ///   - fields: lines of the file that all its variants share, each with its CR LF.
  ///   - links: what whole answers say in a Link field.
  init(_ packed: PackedBody, contentType: String, fields: ByteBuffer, links: String?) {
    coding = packed.coding
    body = packed.bytes
    tag = packed.tag
    let length = packed.bytes.readableBytes
    var shared = ByteBuffer()
    shared.writeField("ETag", tag.text)
    shared.writeImmutableBuffer(fields)
    var common = ByteBuffer()
    common.writeField("Content-Type", contentType)
    if let token = coding.token { common.writeField("Content-Encoding", token) }
    common.writeImmutableBuffer(shared)
    self.common = common
    var whole = common
    if let links { whole.writeField("Link", links) }
    found = Self.head(200, length: length, whole)
    missing = Self.head(404, length: length, whole)
    notModified = Self.head(304, length: nil, shared)
  }

  /// The head of 206 for a part of the body (RFC 9110, section 15.3.7).
  package func partialHead(_ part: Range<Int>) -> ByteBuffer {
    var head = Self.head(206, length: part.count, common)
    head.writeField("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(body.readableBytes)")
    return head
  }

  private static func head(_ status: Int, length: Int?, _ fields: ByteBuffer) -> ByteBuffer {
    var head = ByteBuffer()
    head.writeStatusLine(status)
    if let length { head.writeField("Content-Length", String(length)) }
    head.writeImmutableBuffer(fields)
    return head
  }
}
