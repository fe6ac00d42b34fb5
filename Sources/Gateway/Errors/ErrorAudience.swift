package import HTTPWire
internal import NIOCore

/// Who reads an error: a person in front of a browser, or a program.
package struct ErrorAudience: Sendable {
  package let wantsPage: Bool
  package let encodings: AcceptEncoding

  package static let program = ErrorAudience(wantsPage: false, encodings: AcceptEncoding())
  package static let person = ErrorAudience(wantsPage: true, encodings: AcceptEncoding())

  private init(wantsPage: Bool, encodings: AcceptEncoding) {
    self.wantsPage = wantsPage
    self.encodings = encodings
  }

  /// A browser that goes to an address asks for text/html; a script's `fetch` does not.
  ///
  /// - Parameter isPage: whether the route serves pages, so that whoever does not say gets one.
  package init(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>, isPage: Bool) {
    let accept = fields.value(.accept) ?? 0..<0
    let wantsHTML = Self.names("text/html", in: bytes.extracting(accept))
    let wantsJSON = Self.names("application/json", in: bytes.extracting(accept))
    wantsPage = wantsHTML || isPage && !wantsJSON
    encodings = fields.value(.acceptEncoding).map { AcceptEncoding($0, in: bytes) } ?? AcceptEncoding()
  }

  /// Whether a list of media ranges names this one, and does not exclude it.
  private static func names(_ type: StaticString, in list: Span<UInt8>) -> Bool {
    var start = 0
    while start < list.count {
      let end = list.firstIndex(of: UInt8(ascii: ","), in: start..<list.count) ?? list.count
      let element = list.trimmed(start..<end)
      let semicolon = list.firstIndex(of: UInt8(ascii: ";"), in: element) ?? element.upperBound
      let name = list.extracting(list.trimmed(element.lowerBound..<semicolon))
      if name.equalsIgnoringCase(type) {
        return !isExcluded(list.extracting(semicolon..<element.upperBound))
      }
      start = end + 1
    }
    return false
  }

  /// `q=0`, `q=0.0` and so on (RFC 9110, section 12.4.2).
  private static func isExcluded(_ parameters: Span<UInt8>) -> Bool {
    var index = 0
    while index + 2 < parameters.count {
      if parameters[index].lowercasedASCII == UInt8(ascii: "q"), parameters[index + 1] == UInt8(ascii: "=") {
        for place in index + 2..<parameters.count {
          switch parameters[place] {
          case UInt8(ascii: "0"), UInt8(ascii: "."): continue
          case UInt8(ascii: "1")...UInt8(ascii: "9"): return false
          default: return true
          }
        }
        return true
      }
      index += 1
    }
    return false
  }
}

extension ErrorAudience {
  /// Reads it from a head that was written for an upstream, when the client's own is gone. Only on the way of a
  /// failure, so it may cost a parse.
  init(forwarded head: ByteBuffer) {
    var request = RequestHead(
      limits: HeadLimits(startLine: 65_535, fieldLine: 65_535, head: 65_535, fields: 255))
    let bytes = head.readableBytesUInt8Span
    guard (try? request.parse(bytes)) == true else {
      self = .program
      return
    }
    self.init(request.fields, in: bytes, isPage: false)
  }
}
