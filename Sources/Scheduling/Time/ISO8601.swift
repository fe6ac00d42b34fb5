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
    let first = bytes.count
    bytes.append(contentsOf: CivilDate.form)
    var form = bytes.mutableSpan
    write(to: &form, at: first)
  }

  /// Over a form of ten characters that has its hyphens.
  fileprivate func write(to form: inout MutableSpan<UInt8>, at first: Int) {
    let (year, month, day) = components
    let shown = min(max(year, 0), 9999)
    form.writeTwoDigits(shown / 100, at: first)
    form.writeTwoDigits(shown % 100, at: first + 2)
    form.writeTwoDigits(month, at: first + 5)
    form.writeTwoDigits(day, at: first + 8)
  }

  private static let form = [UInt8]("0000-00-00".utf8)
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

  /// `text(offset:)` without making a string; allocates nothing where `bytes` has the room (29 at most).
  package func append(to bytes: inout [UInt8], offset: Int?) {
    let wall = seconds + (offset ?? 0)
    let second = wall.modulo(86_400)
    let first = bytes.count
    // One copy of the form and digits put into it: half the time that 29 appended bytes take.
    bytes.append(contentsOf: offset == nil ? Instant.formInUTC : Instant.formWithOffset)
    var form = bytes.mutableSpan
    CivilDate(daysSince1970: wall.floorDivided(by: 86_400)).write(to: &form, at: first)
    form.writeTwoDigits(second / 3600, at: first + 11)
    form.writeTwoDigits(second / 60 % 60, at: first + 14)
    form.writeTwoDigits(second % 60, at: first + 17)
    guard let offset else { return }
    if offset < 0 { form[first + 23] = UInt8(ascii: "-") }
    form.writeTwoDigits(abs(offset) / 3600, at: first + 24)
    form.writeTwoDigits(abs(offset) / 60 % 60, at: first + 27)
  }

  private static let formInUTC = [UInt8]("0000-00-00T00:00:00.000Z".utf8)
  private static let formWithOffset = [UInt8]("0000-00-00T00:00:00.000+00:00".utf8)
}

extension MutableSpan<UInt8> {
  /// Two decimal digits; the number must be below 100.
  fileprivate mutating func writeTwoDigits(_ number: Int, at index: Int) {
    self[index] = UInt8(truncatingIfNeeded: 0x30 + number / 10)
    self[index + 1] = UInt8(truncatingIfNeeded: 0x30 + number % 10)
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
