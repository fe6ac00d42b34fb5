/// Dates of the fields that freshness is counted from, in all three forms that RFC 9110, section 5.6.7, asks a
/// recipient to read. Names of days, months and the zone may be in any case; nothing else may differ, for what
/// cannot be read counts as past.
package enum CacheDate {

  /// Seconds since 1970.
  ///
  /// - Parameter now: seconds since 1970; years of two digits are within fifty of it.
  package static func parse(_ range: Range<Int>, in bytes: Span<UInt8>, now: Int) -> Int? {
    let text = bytes.extracting(range)
    guard text.count >= 24, text.count <= 33 else { return nil }
    if text.count == 29, text[3] == UInt8(ascii: ",") { return fixed(text) }
    if text.count == 24 { return asctime(text) }
    return rfc850(text, now: now)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  private static func fixed(_ text: Span<UInt8>) -> Int? {
    guard isDay(text, 0), isPlain(text, " ", at: [4, 7, 11, 16]), isZone(text, at: 25),
      let day = number(text, 5..<7), let month = month(text, at: 8), let year = number(text, 12..<16),
      let time = time(text, at: 17)
    else { return nil }
    return seconds(year, month, day, time)
  }

  /// `Sunday, 06-Nov-94 08:49:37 GMT`
  private static func rfc850(_ text: Span<UInt8>, now: Int) -> Int? {
    guard let comma = text.firstIndex(of: UInt8(ascii: ","), in: 0..<text.count), comma >= 6,
      text.count == comma + 24, isDay(text, 0), isPlain(text, " ", at: [comma + 1, comma + 11]),
      isPlain(text, "-", at: [comma + 4, comma + 8]), isZone(text, at: comma + 20),
      let day = number(text, comma + 2..<comma + 4), let month = month(text, at: comma + 5),
      let short = number(text, comma + 9..<comma + 11), let time = time(text, at: comma + 12)
    else { return nil }
    let thisYear = CivilDate(daysSince1970: now / 86_400).year
    var year = thisYear - thisYear % 100 + short
    if year > thisYear + 50 { year -= 100 }
    return seconds(year, month, day, time)
  }

  /// `Sun Nov  6 08:49:37 1994`
  private static func asctime(_ text: Span<UInt8>) -> Int? {
    let digits = text[8] == UInt8(ascii: " ") ? 9..<10 : 8..<10
    guard isDay(text, 0), isPlain(text, " ", at: [3, 7, 10, 19]), let month = month(text, at: 4),
      let day = number(text, digits), let time = time(text, at: 11), let year = number(text, 20..<24)
    else { return nil }
    return seconds(year, month, day, time)
  }

  private static func seconds(_ year: Int, _ month: Int, _ day: Int, _ time: Int) -> Int? {
    guard year >= 1970, (1...31).contains(day) else { return nil }
    return CivilDate(year: year, month: month, day: day).daysSince1970 * 86_400 + time
  }

  private static func time(_ text: Span<UInt8>, at start: Int) -> Int? {
    guard isPlain(text, ":", at: [start + 2, start + 5]), let hour = number(text, start..<start + 2),
      let minute = number(text, start + 3..<start + 5), let second = number(text, start + 6..<start + 8),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  private static func month(_ text: Span<UInt8>, at start: Int) -> Int? {
    place(text, start, among: "janfebmaraprmayjunjulaugsepoctnovdec").map { $0 + 1 }
  }

  private static func isDay(_ text: Span<UInt8>, _ start: Int) -> Bool {
    place(text, start, among: "sunmontuewedthufrisat") != nil
  }

  private static func isZone(_ text: Span<UInt8>, at start: Int) -> Bool {
    text.extracting(start..<text.count).equalsIgnoringCase(" gmt")
  }

  /// Which of the three-letter `names` stands at `start`.
  private static func place(_ text: Span<UInt8>, _ start: Int, among names: StaticString) -> Int? {
    let found = text.extracting(start..<start + 3)
    for place in 0..<names.utf8CodeUnitCount / 3 {
      var isEqual = true
      for offset in 0..<3 where unsafe found[offset].lowercasedASCII != names.utf8Start[place * 3 + offset] {
        isEqual = false
      }
      if isEqual { return place }
    }
    return nil
  }

  private static func isPlain(_ text: Span<UInt8>, _ byte: Unicode.Scalar, at places: [Int]) -> Bool {
    for place in places where text[place] != UInt8(ascii: byte) { return false }
    return true
  }

  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    DeltaSeconds.parse(range, in: text)
  }
}
