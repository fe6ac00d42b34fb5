/// The text forms of the API: `2050-09-05` and `2050-09-05T09:00:00.000+02:00`.
extension CivilDate {
  /// Exactly `YYYY-MM-DD`.
  package init?(_ text: some StringProtocol) {
    var scanner = DigitScanner(text)
    self.init(&scanner)
    guard scanner.isAtEnd else { return nil }
  }

  fileprivate init?(_ scanner: inout DigitScanner) {
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
      scanner.skip("-"), let day = scanner.number(digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// `YYYY-MM-DD`.
  package var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  package func append(to bytes: inout [UInt8]) {
    let (year, month, day) = components
    let shown = min(max(year, 0), 9999)
    bytes.appendTwoDigits(shown / 100)
    bytes.appendTwoDigits(shown % 100)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendTwoDigits(month)
    bytes.append(UInt8(ascii: "-"))
    bytes.appendTwoDigits(day)
  }
}

extension Instant {
  /// `YYYY-MM-DDTHH:MM`, optionally seconds and a fraction (dropped), then `Z`, `±HH:MM` or nothing for UTC.
  ///
  /// Nil for anything else: hour 24, leap seconds and days that do not exist are refused.
  package init?(_ text: some StringProtocol) {
    var scanner = DigitScanner(text)
    guard let date = CivilDate(&scanner), scanner.skip("T"), let hour = scanner.number(digits: 2),
      scanner.skip(":"), let minute = scanner.number(digits: 2), hour < 24, minute < 60
    else { return nil }
    var second = 0
    if scanner.skip(":") {
      guard let number = scanner.number(digits: 2), number < 60 else { return nil }
      second = number
      if scanner.skip("."), !(1...9 ~= scanner.skipDigits()) { return nil }
    }
    guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
    self.init(seconds: date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset)
  }

  /// `YYYY-MM-DDTHH:MM:SS.000Z`.
  package var text: String { text(offset: nil) }

  /// The wall time at `offset` seconds east of UTC with `±HH:MM` behind; with `Z` for nil.
  package func text(offset: Int?) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(29)
    append(to: &bytes, offset: offset)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `text(offset:)` without making a string.
  package func append(to bytes: inout [UInt8], offset: Int?) {
    let wall = seconds + (offset ?? 0)
    let second = wall.modulo(86_400)
    CivilDate(daysSince1970: wall.floorDivided(by: 86_400)).append(to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    bytes.appendTwoDigits(second / 3600)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendTwoDigits(second / 60 % 60)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendTwoDigits(second % 60)
    bytes.append(contentsOf: ".000".utf8)
    guard let offset else { return bytes.append(UInt8(ascii: "Z")) }
    bytes.append(UInt8(ascii: offset < 0 ? "-" : "+"))
    bytes.appendTwoDigits(abs(offset) / 3600)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendTwoDigits(abs(offset) / 60 % 60)
  }
}

extension DigitScanner {
  /// Seconds east of UTC.
  fileprivate mutating func offset() -> Int? {
    if isAtEnd || skip("Z") { return 0 }
    let sign = skip("-") ? -1 : 1
    guard sign < 0 || skip("+"), let hour = number(digits: 2), skip(":"), let minute = number(digits: 2),
      hour < 24, minute < 60
    else { return nil }
    return sign * (hour * 3600 + minute * 60)
  }
}
