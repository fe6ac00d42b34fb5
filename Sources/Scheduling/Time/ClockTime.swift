/// A time of day on the wall clock, to the minute: 00:00 ... 23:59.
package struct ClockTime: Comparable, Hashable, Sendable {
  package let minuteOfDay: Int

  package init?(hour: Int, minute: Int) {
    guard 0...23 ~= hour, 0...59 ~= minute else { return nil }
    minuteOfDay = hour * 60 + minute
  }

  package init?(minuteOfDay: Int) {
    self.init(hour: minuteOfDay.floorDivided(by: 60), minute: minuteOfDay.modulo(60))
  }

  /// Exactly `HH:MM`, 24 hours.
  package init?(_ text: some StringProtocol) {
    var scanner = DigitScanner(text)
    guard let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2),
      scanner.isAtEnd
    else { return nil }
    self.init(hour: hour, minute: minute)
  }

  /// `HH:MM`.
  package var text: String {
    var bytes: [UInt8] = []
    bytes.appendTwoDigits(minuteOfDay / 60)
    bytes.append(UInt8(ascii: ":"))
    bytes.appendTwoDigits(minuteOfDay % 60)
    return String(decoding: bytes, as: UTF8.self)
  }

  package static func < (left: ClockTime, right: ClockTime) -> Bool { left.minuteOfDay < right.minuteOfDay }
}
