/// Dates of header fields: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package enum HTTPDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// - Parameter seconds: since 1970, not negative.
  package static func text(_ seconds: Int) -> String {
    let day = seconds / 86_400
    let date = CivilDate(daysSince1970: day)
    let time = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { pad($0, 2) }
    return "\(days[day % 7]), \(pad(date.day, 2)) \(months[date.month - 1]) \(pad(date.year, 4)) "
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

  /// Seconds since 1970. Nil for anything else, the two obsolete forms included: a condition that cannot be read
  /// does not hold, and the answer is whole.
  package static func seconds(_ range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    guard range.count == 29 else { return nil }
    let text = bytes.extracting(range)
    guard let day = number(text, 5..<7), let year = number(text, 12..<16), let hour = number(text, 17..<19),
      let minute = number(text, 20..<22), let second = number(text, 23..<25),
      let month = months.firstIndex(where: { $0 == text.extracting(8..<11).text }),
      text[3] == UInt8(ascii: ","), text.extracting(25..<29).equals(" GMT"),
      (1...31).contains(day), hour < 24, minute < 60, second <= 60, year >= 1970
    else { return nil }
    let days = CivilDate(year: year, month: month + 1, day: day).daysSince1970
    return days * 86_400 + hour * 3_600 + minute * 60 + second
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard let digit = text[index].digitValue else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  private static func pad(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
