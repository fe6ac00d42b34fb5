/// What of all bookings a caller sees, and how many there are of each status where he sees all.
struct BookingScope: Sendable, Equatable {
  /// Businesses that he sees all of, those without bookings left out: his own, and where he is owner or admin.
  var seen: [Int] = []
  var accepted = 0
  var pending = 0
  /// Rejected ones too.
  var cancelled = 0
  /// Other businesses, where he hosts.
  var hosting: [Int] = []
  /// Bookings of other businesses that he attends without hosting them, as pairs of business and booking.
  var attendedIn: [Int] = []
  var attended: [Int] = []

  /// Whether all that he sees is counted.
  var isCounted: Bool { hosting.isEmpty && attended.isEmpty }
  var isEmpty: Bool { seen.isEmpty && isCounted }

  /// What he attends, alone.
  var attending: BookingScope { BookingScope(attendedIn: attendedIn, attended: attended) }

  /// A total in terms of the counts: so many, and so many times those to come. Which live bookings are over changes
  /// with the clock, so no row can hold it; but those to come are few, and quickly counted.
  struct Total: Sendable, Equatable {
    var known: Int
    var upcomingTimes = 0
  }

  /// How many bookings of these statuses there are where he sees all; nil where the counts do not tell.
  func total(_ statuses: [String]?) -> Total? {
    let live = accepted + pending
    guard let statuses else { return Total(known: live + cancelled) }
    let asked = Set(statuses)
    if asked.contains("recurring") { return nil }
    let ended = asked.contains("cancelled") ? cancelled : 0
    switch (asked.contains("upcoming"), asked.contains("past"), asked.contains("unconfirmed")) {
    case (false, false, false): return Total(known: ended)
    case (false, false, true): return Total(known: ended + pending)
    case (true, true, _): return Total(known: ended + live)
    case (true, false, false): return Total(known: ended, upcomingTimes: 1)
    case (false, true, false): return Total(known: ended + live, upcomingTimes: -1)
    // What is pending may be over or not.
    case (true, false, true), (false, true, true): return nil
    }
  }
}
