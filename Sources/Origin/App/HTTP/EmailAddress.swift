/// What we take for an address: enough to refuse slips and header injection; the mail itself is the proof.
enum EmailAddress {
  static func isPlausible(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
    let local = bytes[..<at]
    let domain = bytes[bytes.index(after: at)...]
    return isLocalPart(local) && isDomain(domain)
  }

  /// A dot-atom of RFC 5322, with the UTF-8 of RFC 6532.
  private static func isLocalPart(_ local: Substring.UTF8View) -> Bool {
    guard 1...64 ~= local.count, local.first != UInt8(ascii: "."), local.last != UInt8(ascii: ".") else {
      return false
    }
    var previous: UInt8 = 0
    for byte in local {
      let isAtom =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...0xFF:
          true
        default: "!#$%&'*+/=?^_`{|}~-.".utf8.contains(byte)
        }
      guard isAtom, !(byte == UInt8(ascii: ".") && previous == byte) else { return false }
      previous = byte
    }
    return true
  }

  private static func isDomain(_ domain: Substring.UTF8View) -> Bool {
    let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, domain.count <= 253 else { return false }
    return labels.allSatisfy { label in
      1...63 ~= label.count && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), 0x80...0xFF:
            true
          default: false
          }
        }
    }
  }
}

enum PhoneNumber {
  static func isE164(_ text: String) -> Bool {
    guard text.utf8.first == UInt8(ascii: "+") else { return false }
    let digits = text.utf8.dropFirst()
    return 7...15 ~= digits.count && digits.allSatisfy { 0x30...0x39 ~= $0 }
      && digits.first != UInt8(ascii: "0")
  }
}
