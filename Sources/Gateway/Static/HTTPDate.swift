/// Dates of header fields, written as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package enum HTTPDate {
  /// Three letters each.
  static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
  static let shortDays: StaticString = "SunMonTueWedThuFriSat"

  /// - Parameter seconds: since 1970, not negative.
  package static func text(_ seconds: Int) -> String {
    let day = seconds / 86_400
    let date = CivilDate(daysSince1970: day)
    let time = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { pad($0, 2) }
    // The first day of 1970 was a Thursday.
    return "\(name((day + 4) % 7, among: shortDays)), \(pad(date.day, 2)) "
      + "\(name(date.month - 1, among: months)) \(pad(date.year, 4)) "
      + time.joined(separator: ":") + " GMT"
  }

  /// `2026-11-21T11:02:03.456Z`, as the envelope has it.
  package static func timestamp(milliseconds: Int) -> String {
    var bytes: [UInt8] = []
    appendTimestamp(milliseconds: milliseconds, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the same.
  package static func appendTimestamp(milliseconds: Int, to bytes: inout [UInt8]) {
    let seconds = milliseconds / 1000
    let date = CivilDate(daysSince1970: seconds / 86_400)
    bytes.appendDecimal(date.year, digits: 4)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendDecimal(date.month, digits: 2)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendDecimal(date.day, digits: 2)
    bytes.append(UInt8(ascii: "T"))
    bytes.appendDecimal(seconds / 3_600 % 24, digits: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(seconds / 60 % 60, digits: 2)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendDecimal(seconds % 60, digits: 2)
    bytes.append(UInt8(ascii: "."))
    bytes.appendDecimal(milliseconds % 1000, digits: 3)
    bytes.append(UInt8(ascii: "Z"))
  }

  private static func name(_ place: Int, among names: StaticString) -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: names.utf8Start + 3 * place, count: 3), as: UTF8.self)
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
