import Glibc

/// A moment of the wall clock as log lines print it: UTC with milliseconds.
struct LogTime {
  let secondsSince1970: Int
  let milliseconds: Int

  static var now: LogTime {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return LogTime(secondsSince1970: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
  }

  /// Appends `2026-11-21T11:02:03.456Z`, or without its date when `isTimeOnly`.
  func write(to bytes: inout [UInt8], isTimeOnly: Bool = false) {
    let days = (secondsSince1970 / 86400) - (secondsSince1970 % 86400 < 0 ? 1 : 0)
    let second = secondsSince1970 - days * 86400
    if !isTimeOnly {
      let date = Self.civil(days: days)
      Self.append(date.year, digits: 4, to: &bytes)
      bytes.append(UInt8(ascii: "-"))
      Self.append(date.month, digits: 2, to: &bytes)
      bytes.append(UInt8(ascii: "-"))
      Self.append(date.day, digits: 2, to: &bytes)
      bytes.append(UInt8(ascii: "T"))
    }
    Self.append(second / 3600, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    Self.append(second / 60 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    Self.append(second % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    Self.append(milliseconds, digits: 3, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  /// Days since 1970-01-01 to a Gregorian date, counted in eras of 400 years that start in March
  /// (Howard Hinnant, "chrono-compatible low-level date algorithms").
  private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
      divisor /= 10
    }
  }
}
