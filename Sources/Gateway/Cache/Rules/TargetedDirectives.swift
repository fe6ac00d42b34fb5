/// A targeted cache field such as CDN-Cache-Control (RFC 9213): a dictionary of structured fields (RFC 9651), which
/// counts instead of Cache-Control and Expires. One that is not well-formed counts for nothing.
package struct TargetedDirectives {
  fileprivate enum Value: Equatable {
    case boolean(Bool)
    case integer(Int)
    case other
  }

  private let bytes: [UInt8]
  private var position = 0

  /// Nil when the field is empty or cannot be read, or a lifetime in it is no number.
  ///
  /// - Parameter bytes: the field's lines, joined by commas.
  package static func parse(_ bytes: [UInt8]) -> CacheDirectives? {
    var parser = TargetedDirectives(bytes: bytes)
    return parser.dictionary()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func dictionary() -> CacheDirectives? {
    var directives = CacheDirectives()
    skipSpaces()
    guard next != nil else { return nil }
    while true {
      guard let name = key(), let value = member(), directives.set(name, value) else { return nil }
      skipBlanks()
      guard let byte = next else { return directives }
      guard byte == UInt8(ascii: ",") else { return nil }
      position += 1
      skipBlanks()
      if next == nil { return nil }
    }
  }

  private mutating func skipSpaces() { while next == UInt8(ascii: " ") { position += 1 } }

  private mutating func skipBlanks() { while next?.isBlank == true { position += 1 } }

  private mutating func key() -> String? {
    guard let first = next, Self.isLower(first) || first == UInt8(ascii: "*") else { return nil }
    let start = position
    while let byte = next,
      Self.isLower(byte) || byte.digitValue != nil || [0x5F, 0x2D, 0x2E, 0x2A].contains(byte)
    {
      position += 1
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func member() -> Value? {
    guard next == UInt8(ascii: "=") else { return parameters() ? .boolean(true) : nil }
    position += 1
    let value = next == UInt8(ascii: "(") ? innerList() : bareItem()
    guard let value, parameters() else { return nil }
    return value
  }

  private mutating func parameters() -> Bool {
    while next == UInt8(ascii: ";") {
      position += 1
      skipSpaces()
      guard key() != nil else { return false }
      guard next == UInt8(ascii: "=") else { continue }
      position += 1
      guard bareItem() != nil else { return false }
    }
    return true
  }

  private mutating func innerList() -> Value? {
    position += 1
    while true {
      skipSpaces()
      guard let byte = next else { return nil }
      if byte == UInt8(ascii: ")") {
        position += 1
        return .other
      }
      guard bareItem() != nil, parameters() else { return nil }
      guard next == UInt8(ascii: " ") || next == UInt8(ascii: ")") else { return nil }
    }
  }

  private mutating func bareItem() -> Value? {
    switch next {
    case UInt8(ascii: "\"")?: return string()
    case UInt8(ascii: "?")?: return boolean()
    case UInt8(ascii: ":")?: return binary()
    case UInt8(ascii: "@")?:
      position += 1
      if case .integer? = number() { return .other }
      return nil
    case UInt8(ascii: "-")?: return number()
    case let byte? where byte.digitValue != nil: return number()
    case let byte? where Self.isLetter(byte) || byte == UInt8(ascii: "*"): return token()
    default: return nil
    }
  }

  private mutating func number() -> Value? {
    let isNegative = next == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var digits = 0
    var value = 0
    while let digit = next?.digitValue {
      value = min(value * 10 + digit, DeltaSeconds.ceiling)
      digits += 1
      position += 1
    }
    guard digits > 0, digits <= 15 else { return nil }
    guard next == UInt8(ascii: ".") else { return .integer(isNegative ? -value : value) }
    position += 1
    var decimals = 0
    while next?.digitValue != nil {
      decimals += 1
      position += 1
    }
    return (1...3).contains(decimals) && digits <= 12 ? .other : nil
  }

  private mutating func string() -> Value? {
    position += 1
    while let byte = next {
      position += 1
      if byte == UInt8(ascii: "\"") { return .other }
      if byte == UInt8(ascii: "\\") {
        guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") else { return nil }
        position += 1
      } else if byte < 0x20 || byte > 0x7E {
        return nil
      }
    }
    return nil
  }

  private mutating func token() -> Value? {
    position += 1
    while let byte = next,
      Self.isLetter(byte) || byte.digitValue != nil || "!#$%&'*+-.^_`|~:/".utf8.contains(byte)
    {
      position += 1
    }
    return .other
  }

  private mutating func boolean() -> Value? {
    position += 1
    guard let byte = next, byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return nil }
    position += 1
    return .boolean(byte == UInt8(ascii: "1"))
  }

  private mutating func binary() -> Value? {
    position += 1
    while let byte = next {
      position += 1
      if byte == UInt8(ascii: ":") { return .other }
      guard Self.isLetter(byte) || byte.digitValue != nil || "+/=".utf8.contains(byte) else { return nil }
    }
    return nil
  }

  private static func isLower(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { isLower(byte | 0x20) && byte >= UInt8(ascii: "A") }
}

extension CacheDirectives {
  /// False when the value is of the wrong type.
  fileprivate mutating func set(_ name: String, _ value: TargetedDirectives.Value) -> Bool {
    let flags: [String: Flags] = [
      "no-store": .noStore, "no-cache": .noCache, "private": .isPrivate, "public": .isPublic,
      "must-revalidate": .mustRevalidate, "proxy-revalidate": .proxyRevalidate,
      "must-understand": .mustUnderstand,
    ]
    if let flag = flags[name] {
      if value != .boolean(false) { self.flags.insert(flag) } else { self.flags.remove(flag) }
      return true
    }
    let lifetimes: [String: WritableKeyPath<CacheDirectives, Int?>] = [
      "max-age": \.maxAge, "s-maxage": \.sharedMaxAge, "stale-while-revalidate": \.staleWhileRevalidate,
      "stale-if-error": \.staleIfError,
    ]
    guard let lifetime = lifetimes[name] else { return true }
    guard case .integer(let seconds) = value else { return false }
    self[keyPath: lifetime] = max(0, seconds)
    return true
  }
}
