/// At most so many bookings, or so many booked minutes, that start in one calendar period of a zone.
package struct BookingLimit: Hashable, Sendable {
  package enum Measure: Hashable, Sendable {
    case count, minutes
  }

  package let measure: Measure
  package let period: Period
  package let maximum: Int

  package init(_ measure: Measure, per period: Period, atMost maximum: Int) {
    self.measure = measure
    self.period = period
    self.maximum = maximum
  }
}
