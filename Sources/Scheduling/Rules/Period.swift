/// The calendar periods that limits count by.
package enum Period: CaseIterable, Sendable {
  case day, week, month, year
}
