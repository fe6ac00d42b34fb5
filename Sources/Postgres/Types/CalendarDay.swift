/// A `date` as text, `2024-05-31`; it has no time zone, so it must not become a moment.
struct CalendarDay: CustomStringConvertible {
  let description: String

  init(postgres bytes: borrowing RawSpan) throws(PostgresError) {
    let days = Int(try bytes.integer(Int32.self))
    guard days != Int(Int32.max), days != Int(Int32.min) else {
      description = days > 0 ? "infinity" : "-infinity"
      return
    }
    // Days to civil date over eras of 400 years that start on 1 March; 2000-01-01 is day 730,425 of that count.
    let shifted = days + 730_425
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    description = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
