/// A date of the proleptic Gregorian calendar without a zone, counted in days from 1970-01-01.
package struct CivilDate: Comparable, Hashable, Sendable {
  package let daysSince1970: Int

  package init(daysSince1970: Int) {
    self.daysSince1970 = daysSince1970
  }

  /// Nil for a day that the calendar does not have, and for years outside 1...9999.
  package init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month, 1...31 ~= day else { return nil }
    // Years that begin in March put the leap day last, so that months have a fixed offset.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    self.init(daysSince1970: days)
    guard self.day == day else { return nil }
  }

  package static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.daysSince1970 < right.daysSince1970
  }

  package static func + (date: CivilDate, days: Int) -> CivilDate {
    CivilDate(daysSince1970: date.daysSince1970 + days)
  }

  package static func - (date: CivilDate, days: Int) -> CivilDate {
    CivilDate(daysSince1970: date.daysSince1970 - days)
  }

  /// The days from `right` to `left`.
  package static func - (left: CivilDate, right: CivilDate) -> Int {
    left.daysSince1970 - right.daysSince1970
  }

  package var weekday: Weekday { Weekday.allCases[(daysSince1970 + 3).modulo(7)] }

  package var year: Int { components.year }
  package var month: Int { components.month }
  package var day: Int { components.day }

  /// Year, month and day in one computation (Howard Hinnant's civil_from_days).
  package var components: (year: Int, month: Int, day: Int) {
    let days = daysSince1970 + 719_468
    let era = days.floorDivided(by: 146_097)
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    )
  }
}

extension Int {
  /// Division that rounds down, so that days before 1970 come out right.
  func floorDivided(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  /// The remainder of `floorDivided(by:)`, 0 ..< divisor.
  func modulo(_ divisor: Int) -> Int {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
