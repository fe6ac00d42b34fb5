import Secrets

/// The name of a booking in links and in the API: 18 random letters and digits that nobody guesses (107 bits),
/// followed by the number of its business in base 62, so that a uid alone finds its rows.
enum BookingUID {
  private static let randomLength = 18

  static func make(businessID: Int) -> String {
    SecureRandom.string(length: randomLength) + base62(businessID)
  }

  /// Nil for text that is no uid of ours.
  static func businessID(of uid: String) -> Int? {
    let bytes = uid.utf8
    guard randomLength + 1...randomLength + 11 ~= bytes.count else { return nil }
    var number = 0
    for (position, byte) in bytes.enumerated() {
      guard let digit = digit(of: byte) else { return nil }
      guard position >= randomLength else { continue }
      let (product, overflow) = number.multipliedReportingOverflow(by: 62)
      let (sum, carried) = product.addingReportingOverflow(digit)
      if overflow || carried { return nil }
      number = sum
    }
    return number > 0 ? number : nil
  }

  private static func base62(_ number: Int) -> String {
    let alphabet = Array(SecureRandom.base62.utf8)
    var rest = number
    var digits: [UInt8] = []
    repeat {
      digits.append(alphabet[rest % 62])
      rest /= 62
    } while rest > 0
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  private static func digit(of byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 10
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 36
    default: nil
    }
  }
}
