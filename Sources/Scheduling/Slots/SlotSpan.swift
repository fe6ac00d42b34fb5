/// The starts that have to be computed to answer a query, and the hours they are computed from.
///
/// Both are wider than the query where an answer depends on other days, and never depend on where within
/// them the query begins: that is what makes a booking's check agree with every list.
struct SlotSpan {
  /// More than any stretch of hours without a seam: a day, or two that travel pushed into each other.
  static let longestDay = 50 * 3600

  /// The starts `first ..< end` are needed in full.
  let first: Instant
  let end: Instant
  /// The hours that starts are laid into; every range of hours that touches it is needed uncut.
  let hours: Interval

  init(_ query: SlotQuery, rules: SlotRules, isRoundRobin: Bool) {
    let zone = query.zone
    let today = zone.date(at: query.now)
    if let horizon = rules.window.rollingHorizon {
      first = zone.startOfDay(today)
      end = min(query.to, zone.startOfDay(today + horizon + 1))
    } else {
      first = rules.firstSlotOnly ? zone.startOfDay(zone.date(at: query.from)) : query.from
      end = query.to
    }
    // Hosts of a pool share one grid, which goes back to where it was last laid anew.
    let gridStart = isRoundRobin ? SlotGrid.weekStart(before: first - SlotSpan.longestDay) : first
    hours = Interval(gridStart, max(gridStart, end) + rules.length * 60)
  }
}
