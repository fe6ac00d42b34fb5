internal import NIOCore

/// The bytes of a file in one encoding.
struct PackedBody: Sendable {
  let coding: ContentCoding
  let bytes: ByteBuffer
  let tag: EntityTag

  private init(_ coding: ContentCoding, _ content: [UInt8]) {
    self.coding = coding
    bytes = ByteBuffer(bytes: content)
    tag = EntityTag(of: content)
  }

  /// The plain bytes, and the encodings that are smaller; below 128 bytes the head is larger than what is saved.
  static func all(of content: [UInt8], _ type: ContentType) -> [PackedBody] {
    var bodies = [PackedBody(.identity, content)]
    guard type.isText, content.count >= 128 else { return bodies }
    for coding in [ContentCoding.gzip, .brotli] {
      if let packed = coding.encode(content), packed.count < content.count {
        bodies.append(PackedBody(coding, packed))
      }
    }
    return bodies
  }
}
