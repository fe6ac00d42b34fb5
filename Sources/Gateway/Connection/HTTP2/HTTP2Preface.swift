import HTTPWire

/// Whether a connection without TLS begins with HTTP/2 (RFC 9113, 3.3).
enum HTTP2Preface {
  enum Verdict { case isNone, perhaps, isWhole }

  static func look(_ bytes: Span<UInt8>) -> Verdict {
    let preface = HTTP2Frame.preface
    for index in 0..<min(bytes.count, preface.utf8CodeUnitCount) {
      let expected = unsafe preface.utf8Start[index]
      if bytes[index] != expected { return .isNone }
    }
    return bytes.count < preface.utf8CodeUnitCount ? .perhaps : .isWhole
  }
}
