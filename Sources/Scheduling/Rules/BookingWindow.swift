/// How far ahead an event type can be booked.
package enum BookingWindow: Sendable {
  case unlimited
  /// From today through so many days on, in the booker's zone; a rolling window counts only days that
  /// have a free slot, today among them, until that many are found.
  case calendarDays(Int, rolling: Bool)
  /// The same counting Monday to Friday only; weekends in between can be booked.
  case businessDays(Int, rolling: Bool)
  /// Both dates included, in the given zone, which is the event type's own.
  case dates(CivilDate, CivilDate, zone: ZoneRules)
}
