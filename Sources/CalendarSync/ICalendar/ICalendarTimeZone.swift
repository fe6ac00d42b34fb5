import Foundation

/// A VTIMEZONE (RFC 5545 section 3.6.5) that is right for one span of time: the observances in force in
/// it, taken from the zone's own transitions.
///
/// Zones that change clocks by a yearly rule are written as the pair of rules that calendar programs
/// expect. The rule is found from the transitions and checked against them; where no rule fits (Morocco's
/// Ramadan, a zone that just changed its mind) each transition is written by itself.
struct ICalendarTimeZone {
  let timeZone: TimeZone
  private let observances: [Observance]
  private let transitions: [Transition]

  /// Looks at the transitions from 400 days before `start`, so that the two last ones are among them.
  init(_ timeZone: TimeZone, from start: Date, through end: Date) {
    self.timeZone = timeZone
    let windowStart = start.addingTimeInterval(-400 * 86400)
    let transitions = Transition.all(of: timeZone, after: windowStart, through: end)
    self.transitions = transitions
    let past = transitions.filter { $0.date <= start }.suffix(2)
    let future = transitions.filter { $0.date > start }
    if let rules = Self.yearlyRules(past: Array(past), zone: timeZone, through: end) {
      observances = rules
    } else {
      let base = past.isEmpty ? [Observance(fixedOffset: timeZone.secondsFromGMT(for: start))] : []
      observances = base + (past + future).map { Observance($0, rule: nil) }
    }
  }

  /// Whether the clocks show this time for the second time, after having been put back.
  func isInRepeatedHour(_ date: Date) -> Bool {
    guard let last = transitions.last(where: { $0.date <= date }) else { return false }
    return date.timeIntervalSince(last.date) < TimeInterval(last.offsetBefore - last.offsetAfter)
  }

  func write(to writer: inout ContentLineWriter) {
    writer.line("BEGIN", raw: "VTIMEZONE")
    writer.line("TZID", text: timeZone.identifier)
    for observance in observances { observance.write(to: &writer) }
    writer.line("END", raw: "VTIMEZONE")
  }

  /// The summer and the winter rule, if the two last transitions are such a pair and both rules name every
  /// transition up to the end of the span and two years on.
  private static func yearlyRules(past: [Transition], zone: TimeZone, through end: Date) -> [Observance]? {
    guard past.count == 2, past[0].isDaylight != past[1].isDaylight else { return nil }
    let horizon = end.addingTimeInterval(800 * 86400)
    let all = Transition.all(of: zone, after: past[0].date.addingTimeInterval(-1), through: horizon)
    var observances: [Observance] = []
    for first in past {
      let group = all.filter { $0.isDaylight == first.isDaylight }
      guard let rule = YearlyRule(naming: group) else { return nil }
      observances.append(Observance(first, rule: rule))
    }
    return observances
  }
}
