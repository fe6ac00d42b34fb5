/// A day of the week; Monday is 0, as in ISO 8601.
package enum Weekday: Int, CaseIterable, Sendable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday

  /// The English name with a capital, as the API spells it.
  package init?(name: some StringProtocol) {
    guard let day = Weekday.allCases.first(where: { $0.name == name }) else { return nil }
    self = day
  }

  package var name: String {
    switch self {
    case .monday: "Monday"
    case .tuesday: "Tuesday"
    case .wednesday: "Wednesday"
    case .thursday: "Thursday"
    case .friday: "Friday"
    case .saturday: "Saturday"
    case .sunday: "Sunday"
    }
  }

  package var isWeekend: Bool { self == .saturday || self == .sunday }
}
