package import HTTPWire

/// What a stored answer can be asked about by (RFC 9110, section 8.8).
package struct CacheValidators: Sendable, Equatable {
  /// With its quotes and W/, empty when there is none.
  package let tag: [UInt8]
  /// Last-Modified as it was sent, empty when there is none.
  package let modified: [UInt8]
  /// Last-Modified, or Date where there is none (RFC 9111, section 4.3.2); seconds since 1970.
  package let modifiedAt: Int?

  package static let none = CacheValidators(tag: [], modified: [], modifiedAt: nil)

  private init(tag: [UInt8], modified: [UInt8], modifiedAt: Int?) {
    self.tag = tag
    self.modified = modified
    self.modifiedAt = modifiedAt
  }

  package init(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>, now: Int) {
    tag = fields.isRepeated(.etag) ? [] : fields.value(.etag).map { bytes.extracting($0).bytes } ?? []
    modified = fields.value(.lastModified).map { bytes.extracting($0).bytes } ?? []
    modifiedAt = (fields.value(.lastModified) ?? fields.value(.date)).flatMap {
      HTTPDate.seconds($0, in: bytes, near: now, .anyCase)
    }
  }

  package var isEmpty: Bool { tag.isEmpty && modified.isEmpty }

  /// The tag without the mark of a weak one.
  private var opaque: ArraySlice<UInt8> { isWeak ? tag[2...] : tag[...] }

  private var isWeak: Bool {
    tag.count > 2 && tag[0] == UInt8(ascii: "W") && tag[1] == UInt8(ascii: "/")
  }

  /// Whether a list of If-None-Match names the tag, weakly compared (RFC 9110, section 13.1.2).
  package func isNamed(by value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    if bytes.extracting(value).equals("*") { return true }
    guard !tag.isEmpty else { return false }
    let opaque = opaque
    var list = DirectiveList(value)
    while var element = list.nextElement(in: bytes) {
      if element.count > 2, bytes.extracting(element).hasPrefix("W/") {
        element = element.lowerBound + 2..<element.upperBound
      }
      if bytes.extracting(element).equals(opaque.span) { return true }
    }
    return false
  }

  /// Whether If-Range names exactly this answer: a strong tag or its date (RFC 9110, section 13.1.5).
  package func isExactly(_ value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    let text = bytes.extracting(value)
    return !tag.isEmpty && !isWeak && text.equals(tag.span) || !modified.isEmpty && text.equals(modified.span)
  }

  /// Whether a 304 with these fields can be about this answer (RFC 9111, section 4.3.4).
  package func mayBeMeant(by fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> Bool {
    guard let value = fields.value(.etag), !tag.isEmpty else { return true }
    return isNamed(by: value, in: bytes)
  }
}
