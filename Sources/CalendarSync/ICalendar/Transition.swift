import Foundation

/// One change of a zone's offset.
struct Transition: Hashable {
  let date: Date
  /// Seconds ahead of UTC until then, and from then on.
  let offsetBefore: Int
  let offsetAfter: Int
  let isDaylight: Bool

  /// The changes of `zone` after one date and through another, oldest first. Bounded: no zone ever changed
  /// more than a few times a year.
  static func all(of zone: TimeZone, after start: Date, through end: Date) -> [Transition] {
    var transitions: [Transition] = []
    var date = start
    while transitions.count < 64, let next = zone.nextDaylightSavingTimeTransition(after: date),
      next > date, next <= end
    {
      let transition = Transition(zone: zone, date: next)
      if transition.offsetBefore != transition.offsetAfter { transitions.append(transition) }
      date = next
    }
    return transitions
  }

  /// What a clock shows at this moment that has not been changed yet; RFC 5545 dates observances so.
  var local: DateComponents { ICalendarTime.components(date, offset: offsetBefore) }

  private init(zone: TimeZone, date: Date) {
    self.date = date
    offsetBefore = zone.secondsFromGMT(for: date.addingTimeInterval(-1))
    offsetAfter = zone.secondsFromGMT(for: date)
    isDaylight = zone.isDaylightSavingTime(for: date)
  }
}
