package import HTTPWire

/// What the conditions of a request come to, in the order of RFC 9110, section 13.2.2.
package enum StaticConditions: Sendable, Equatable {
  case whole
  /// A part may be sent: the value of Range.
  case range(Range<Int>)
  /// 304
  case notModified
  /// 412
  case failed

  package static func evaluate(
    _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, tag: EntityTag, modifiedAt: Int
  ) -> StaticConditions {
    if let list = fields.value(.ifMatch) {
      guard tag.isNamed(list, in: bytes, strongly: true) else { return .failed }
    } else if let date = fields.value(.ifUnmodifiedSince),
      let since = HTTPDate.seconds(date, in: bytes, near: modifiedAt)
    {
      guard modifiedAt <= since else { return .failed }
    }
    if fields.contains(.ifNoneMatch) {
      // Several lines are one list (RFC 9110, 5.3).
      for index in 0..<fields.count where fields[index].name == .ifNoneMatch {
        if tag.isNamed(fields[index].valueRange, in: bytes) { return .notModified }
      }
    } else if let date = fields.value(.ifModifiedSince),
      let since = HTTPDate.seconds(date, in: bytes, near: modifiedAt)
    {
      if modifiedAt <= since { return .notModified }
    }
    guard let range = fields.value(.range), !fields.isRepeated(.range) else { return .whole }
    if let condition = fields.value(.ifRange) {
      let isDate = HTTPDate.seconds(condition, in: bytes, near: modifiedAt) == modifiedAt
      guard isDate || tag.isExactly(condition, in: bytes) else { return .whole }
    }
    return .range(range)
  }
}

extension EntityTag {
  /// Strong comparison with one tag, as If-Range has it (RFC 9110, section 13.1.5).
  fileprivate func isExactly(_ value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    bytes.extracting(value).equals(self.bytes.span)
  }
}
