import Foundation

/// A STANDARD or DAYLIGHT part of a VTIMEZONE: which offset holds from when on.
struct Observance {
  private let isDaylight: Bool
  private let start: String
  private let offsetFrom: Int
  private let offsetTo: Int
  private let rule: YearlyRule?

  /// What holds from a transition on, once or, with a rule, every year.
  init(_ transition: Transition, rule: YearlyRule?) {
    isDaylight = transition.isDaylight
    start = ICalendarTime.local(transition.date, offset: transition.offsetBefore)
    offsetFrom = transition.offsetBefore
    offsetTo = transition.offsetAfter
    self.rule = rule
  }

  /// What has held for as long as this event cares.
  init(fixedOffset offset: Int) {
    isDaylight = false
    start = "19700101T000000"
    offsetFrom = offset
    offsetTo = offset
    rule = nil
  }

  func write(to writer: inout ContentLineWriter) {
    let name = isDaylight ? "DAYLIGHT" : "STANDARD"
    writer.line("BEGIN", raw: name)
    writer.line("DTSTART", raw: start)
    writer.line("TZOFFSETFROM", raw: ICalendarTime.offset(offsetFrom))
    writer.line("TZOFFSETTO", raw: ICalendarTime.offset(offsetTo))
    if let rule { writer.line("RRULE", raw: rule.text) }
    writer.line("END", raw: name)
  }
}
