/// Base64 with the standard alphabet (RFC 4648 section 4), as key files and PHC strings have it.
package enum Base64 {
  /// With `=` at the end where the length asks for it, or without.
  package static func encode(_ bytes: [UInt8], padded: Bool) -> String {
    let letters = Base64URL.encodedBytes(bytes).map(standardLetter)
    let padding = padded ? (4 - letters.count % 4) % 4 : 0
    return String(decoding: letters, as: UTF8.self) + String(repeating: "=", count: padding)
  }

  /// The bytes behind a text with or without its padding; nil for every other text.
  package static func decode(_ text: Substring) -> [UInt8]? {
    var letters = text.utf8[...]
    if letters.count % 4 == 0 {
      if letters.last == UInt8(ascii: "=") { letters.removeLast() }
      if letters.last == UInt8(ascii: "=") { letters.removeLast() }
    }
    // A letter of the other alphabet is no letter here.
    let inURLAlphabet = letters.map { isURLLetter($0) ? 0 : urlLetter($0) }
    return Base64URL.decode(inURLAlphabet.span)
  }

  private static func standardLetter(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "-"): UInt8(ascii: "+")
    case UInt8(ascii: "_"): UInt8(ascii: "/")
    default: letter
    }
  }

  private static func isURLLetter(_ letter: UInt8) -> Bool {
    letter == UInt8(ascii: "-") || letter == UInt8(ascii: "_")
  }

  private static func urlLetter(_ letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "+"): UInt8(ascii: "-")
    case UInt8(ascii: "/"): UInt8(ascii: "_")
    default: letter
    }
  }
}
