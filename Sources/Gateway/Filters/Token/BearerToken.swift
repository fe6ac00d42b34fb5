/// Finds the token in an Authorization field and refuses junk before it costs anything.
package enum BearerToken {
  /// Longer than any token that is issued; api.md, section 5.
  package static let maximumBytes = 8_192
  private static let maximumKeyBytes = 256

  /// The token's place in the value of the field (RFC 6750, section 2.1).
  package static func find(_ value: Range<Int>, in bytes: Span<UInt8>) throws(TokenRefusal) -> Range<Int> {
    let scheme = bytes.extracting(value)
    guard scheme.hasPrefixIgnoringCase("bearer"), value.count > 7, bytes[value.lowerBound + 6].isBlank else {
      throw .notBearer
    }
    let token = bytes.trimmed(value.lowerBound + 7..<value.upperBound)
    guard token.count <= maximumBytes else { throw .tooLong }
    return token
  }

  package static func isAPIKey(_ token: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    bytes.extracting(token).hasPrefix("dk_")
  }

  /// Whether the rest of an API key can be one.
  package static func isPlausibleKey(_ token: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard token.count > 10, token.count <= maximumKeyBytes else { return false }
    return token.allSatisfy { isBase64URL(bytes[$0]) }
  }

  /// Whether this has the form of a signed token: three parts of base64url with a dot between (RFC 7515,
  /// section 3.1).
  package static func isCompactJWS(_ token: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    var dots = 0
    var partStart = token.lowerBound
    for index in token {
      if bytes[index] == UInt8(ascii: ".") {
        guard index > partStart else { return false }
        dots += 1
        partStart = index + 1
      } else if !isBase64URL(bytes[index]) {
        return false
      }
    }
    return dots == 2 && partStart < token.upperBound
  }

  private static func isBase64URL(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
