/// The names that Prometheus accepts: `[a-zA-Z_:][a-zA-Z0-9_:]*`, for labels without the colon and without
/// the reserved `__…` and `le`.
enum MetricName {
  static func isValid(_ name: String) -> Bool {
    isWord(name) { $0 == UInt8(ascii: ":") }
  }

  static func isValidLabel(_ name: String) -> Bool {
    isWord(name) { _ in false } && !name.hasPrefix("__") && name != "le"
  }

  private static func isWord(_ name: String, orAlso extra: (UInt8) -> Bool) -> Bool {
    guard let first = name.utf8.first, !isDigit(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || extra($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
