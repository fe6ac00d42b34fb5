import Foundation

/// The least that a calendar program does with a VTIMEZONE: finds the observance that began last before a
/// local time. Written apart from the code under test, on purpose without its types.
struct VTimeZoneReader {
  private struct Observance {
    var start = ""
    var offset = 0
    var rule: String?
  }

  private let observances: [Observance]

  init(_ lines: [String]) {
    var observances: [Observance] = []
    for line in lines {
      let value = line.drop { $0 != ":" }.dropFirst()
      switch line.prefix(while: { $0 != ":" }) {
      case "BEGIN": observances.append(Observance())
      case "DTSTART": observances[observances.count - 1].start = String(value)
      case "TZOFFSETTO": observances[observances.count - 1].offset = Self.seconds(value)
      case "RRULE": observances[observances.count - 1].rule = String(value)
      default: break
      }
    }
    self.observances = observances
  }

  /// Seconds ahead of UTC at a local time such as `20261201T100000`; `nil` before every observance.
  func offset(at local: some StringProtocol) -> Int? {
    let starts = observances.flatMap { observance in
      occurrences(of: observance, through: String(local.prefix(4))).map { ($0, observance.offset) }
    }
    return starts.filter { $0.0 <= local }.max { $0.0 < $1.0 }?.1
  }

  private func occurrences(of observance: Observance, through year: String) -> [String] {
    guard let rule = observance.rule, let first = Int(observance.start.prefix(4)), let last = Int(year) else {
      return [observance.start]
    }
    return (first...max(first, last)).map { day(of: rule, year: $0) + observance.start.dropFirst(8) }
  }

  /// The day that `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU` names in a year, as `20260329`.
  private func day(of rule: String, year: Int) -> String {
    let fields = Dictionary(
      uniqueKeysWithValues: rule.split(separator: ";").map { field in
        let parts = field.split(separator: "=")
        return (String(parts[0]), String(parts[1]))
      })
    let byDay = fields["BYDAY"] ?? ""
    let weekday = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"].firstIndex(of: String(byDay.suffix(2))) ?? 0
    let ordinal = Int(byDay.dropLast(2)) ?? 0
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let month = Int(fields["BYMONTH"] ?? "") ?? 0
    let parts = DateComponents(
      year: year, month: month, weekday: weekday + 1, weekdayOrdinal: ordinal)
    let date = calendar.date(from: parts) ?? .distantPast
    let found = calendar.dateComponents([.year, .month, .day], from: date)
    return [found.year ?? 0, found.month ?? 0, found.day ?? 0].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
  }

  private static func seconds(_ text: some StringProtocol) -> Int {
    let digits = text.dropFirst()
    let parts = stride(from: 0, to: digits.count, by: 2).map { Int(digits.dropFirst($0).prefix(2)) ?? 0 }
    let size = parts[0] * 3600 + parts[1] * 60 + (parts.count > 2 ? parts[2] : 0)
    return text.hasPrefix("-") ? -size : size
  }
}
