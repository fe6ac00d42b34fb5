/// Dates on which a schedule's hours are read in another zone; without a `last` it has no end.
package struct TravelPeriod: Sendable {
  package let first: CivilDate
  package let last: CivilDate?
  package let zone: ZoneRules

  package init(first: CivilDate, last: CivilDate?, zone: ZoneRules) {
    self.first = first
    self.last = last
    self.zone = zone
  }

  func contains(_ date: CivilDate) -> Bool {
    first <= date && last.map { date <= $0 } ?? true
  }
}
