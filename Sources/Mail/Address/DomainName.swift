import Foundation

/// Internet domain names in the form that every mail server understands.
enum DomainName {
  /// Lower-case ASCII labels, international ones in Punycode (RFC 5891, without its tables of permitted
  /// characters: a registry has checked them already); `nil` for what cannot be a domain name.
  static func ascii(_ domain: some StringProtocol) -> String? {
    guard domain.utf8.count <= 253 else { return nil }
    let mapped = String(domain).precomposedStringWithCompatibilityMapping.lowercased()
    var labels: [String] = []
    for label in mapped.split(omittingEmptySubsequences: false, whereSeparator: isDot) {
      guard let ascii = asciiLabel(label) else { return nil }
      labels.append(ascii)
    }
    let name = labels.joined(separator: ".")
    return name.utf8.count <= 253 ? name : nil
  }

  private static func isDot(_ character: Character) -> Bool {
    character == "." || character == "\u{3002}"
  }

  private static func asciiLabel(_ label: Substring) -> String? {
    let isASCII = label.utf8.allSatisfy { $0 < 0x80 }
    guard isASCII || label.unicodeScalars.allSatisfy(isLetterLike) else { return nil }
    guard let ascii = isASCII ? String(label) : Punycode.encode(label).map({ "xn--" + $0 }) else {
      return nil
    }
    guard (1...63).contains(ascii.utf8.count), !ascii.hasPrefix("-"), !ascii.hasSuffix("-") else {
      return nil
    }
    return ascii.utf8.allSatisfy(isLetterDigitHyphen) ? ascii : nil
  }

  private static func isLetterLike(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isLetterDigitHyphen(UInt8(scalar.value)) }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark
  }

  private static func isLetterDigitHyphen(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
  }
}
