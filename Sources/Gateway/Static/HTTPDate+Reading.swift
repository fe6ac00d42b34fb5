import HTTPWire

/// Dates of header fields are read in all three forms that RFC 9110, section 5.6.7, asks a recipient for, and in no
/// other: a condition whose date cannot be read does not hold, and an Expires that cannot be read has passed.
extension HTTPDate {
  /// Letters count as they are written; a cache takes those of days, months and the zone in any case (RFC 9111,
  /// section 4.2).
  package enum Letters { case asWritten, anyCase }

  /// Seconds since 1970.
  ///
  /// - Parameter near: seconds since 1970; a year of two digits is no more than fifty years after it.
  package static func seconds(
    _ range: Range<Int>, in bytes: Span<UInt8>, near: Int, _ letters: Letters = .asWritten
  ) -> Int? {
    let text = bytes.extracting(range)
    guard text.count >= 24, text.count <= 33 else { return nil }
    if text.count == 29, text[3] == UInt8(ascii: ",") { return fixed(text, letters) }
    if text.count == 24 { return asctime(text, letters) }
    return rfc850(text, near: near, letters)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  private static func fixed(_ text: Span<UInt8>, _ letters: Letters) -> Int? {
    guard fits(text, 0, "???, ?? ??? ???? ??:??:?? ???"), place(text, 0, among: shortDays, letters) != nil,
      let day = number(text, 5..<7), let month = place(text, 8, among: months, letters),
      let year = number(text, 12..<16), let time = time(text, at: 17), isZone(text, at: 26, letters)
    else { return nil }
    return seconds(year, month, day, time)
  }

  /// `Sunday, 06-Nov-94 08:49:37 GMT`
  private static func rfc850(_ text: Span<UInt8>, near: Int, _ letters: Letters) -> Int? {
    guard let comma = text.firstIndex(of: UInt8(ascii: ","), in: 0..<text.count),
      fits(text, comma, ", ??-???-?? ??:??:?? ???"), isLongDay(text, 0..<comma, letters),
      let day = number(text, comma + 2..<comma + 4),
      let month = place(text, comma + 5, among: months, letters),
      let short = number(text, comma + 9..<comma + 11), let time = time(text, at: comma + 12),
      isZone(text, at: comma + 21, letters)
    else { return nil }
    let thisYear = CivilDate(daysSince1970: near / 86_400).year
    var year = thisYear - thisYear % 100 + short
    if year > thisYear + 50 { year -= 100 }
    return seconds(year, month, day, time)
  }

  /// `Sun Nov  6 08:49:37 1994`
  private static func asctime(_ text: Span<UInt8>, _ letters: Letters) -> Int? {
    let digits = text[8] == UInt8(ascii: " ") ? 9..<10 : 8..<10
    guard fits(text, 0, "??? ??? ?? ??:??:?? ????"), place(text, 0, among: shortDays, letters) != nil,
      let month = place(text, 4, among: months, letters),
      let day = number(text, digits), let time = time(text, at: 11), let year = number(text, 20..<24)
    else { return nil }
    return seconds(year, month, day, time)
  }

  /// Nil for a day that its month does not have.
  private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int? {
    guard year >= 1970, (1...31).contains(day) else { return nil }
    let date = CivilDate(year: year, month: month + 1, day: day)
    let days = date.daysSince1970
    return CivilDate(daysSince1970: days) == date ? days * 86_400 + time : nil
  }

  /// Of a day; a leap second counts as the next minute's first.
  private static func time(_ text: Span<UInt8>, at start: Int) -> Int? {
    guard let hour = number(text, start..<start + 2),
      let minute = number(text, start + 3..<start + 5), let second = number(text, start + 6..<start + 8),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  private static let longDays: [StaticString] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  private static func isLongDay(_ text: Span<UInt8>, _ range: Range<Int>, _ letters: Letters) -> Bool {
    for name in longDays where range.count == name.utf8CodeUnitCount {
      if isName(text, range.lowerBound, name, 0..<range.count, letters) { return true }
    }
    return false
  }

  private static func isZone(_ text: Span<UInt8>, at start: Int, _ letters: Letters) -> Bool {
    isName(text, start, "GMT", 0..<3, letters)
  }

  /// Which of the three-letter `names` stands at `start`.
  private static func place(
    _ text: Span<UInt8>, _ start: Int, among names: StaticString, _ letters: Letters
  ) -> Int? {
    for place in 0..<names.utf8CodeUnitCount / 3 {
      if isName(text, start, names, place * 3..<place * 3 + 3, letters) { return place }
    }
    return nil
  }

  /// Whether a part of `names`, which are letters, stands at `start`.
  private static func isName(
    _ text: Span<UInt8>, _ start: Int, _ names: StaticString, _ part: Range<Int>, _ letters: Letters
  ) -> Bool {
    for offset in part {
      let difference = unsafe text[start + offset - part.lowerBound] ^ names.utf8Start[offset]
      // A letter with this bit turned over is the same letter in the other case.
      guard difference == 0 || letters == .anyCase && difference == 0x20 else { return false }
    }
    return true
  }

  /// Whether what stands from `start` to the end has this form; a question mark is any byte.
  private static func fits(_ text: Span<UInt8>, _ start: Int, _ form: StaticString) -> Bool {
    guard text.count - start == form.utf8CodeUnitCount else { return false }
    for offset in 0..<form.utf8CodeUnitCount {
      let byte = unsafe form.utf8Start[offset]
      if byte != UInt8(ascii: "?"), byte != text[start + offset] { return false }
    }
    return true
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard let digit = text[index].digitValue else { return nil }
      value = value * 10 + digit
    }
    return value
  }
}
