import JSON
import Scheduling

/// How often a series repeats, and how many bookings one has at most.
struct EventTypeRecurrence: Sendable, Equatable {
  var frequency: Frequency
  var interval: Int
  var occurrences: Int

  enum Frequency: String, Sendable, CaseIterable { case yearly, monthly, weekly }

  /// More than anybody books at once, and few enough to check in one go.
  static let mostOccurrences = 100

  var json: JSONValue {
    .object([
      "interval": .int(interval), "occurrences": .int(occurrences), "frequency": .string(frequency.rawValue),
    ])
  }

  init(frequency: Frequency, interval: Int, occurrences: Int) {
    self.frequency = frequency
    self.interval = interval
    self.occurrences = occurrences
  }

  /// Reads what `json` wrote.
  init?(_ json: JSONValue?) {
    guard let frequency = json?["frequency"]?.string.flatMap(Frequency.init),
      let interval = json?["interval"]?.int, let occurrences = json?["occurrences"]?.int
    else { return nil }
    self.init(frequency: frequency, interval: interval, occurrences: occurrences)
  }
}

extension Input {
  /// `{interval, occurrences, frequency}` or `{disabled:true}`.
  mutating func recurrence(_ key: String) -> EventTypeRecurrence? {
    object(key) { input -> EventTypeRecurrence? in
      if input.optionalBool("disabled") == true {
        input.ignore("interval", "occurrences", "frequency")
        return nil
      }
      let frequency = input.choice("frequency", of: EventTypeRecurrence.Frequency.allCases.map(\.rawValue))
      if frequency == nil { input.mistake("frequency", "is required: yearly, monthly or weekly") }
      return EventTypeRecurrence(
        frequency: frequency.flatMap(EventTypeRecurrence.Frequency.init) ?? .weekly,
        interval: input.int("interval", 1...100),
        occurrences: input.int("occurrences", 1...EventTypeRecurrence.mostOccurrences))
    } ?? nil
  }

  /// `{seatsPerTimeSlot, showAttendeeInfo, showAvailabilityCount}` or `{disabled:true}`.
  mutating func seats(_ key: String) -> EventType.Seats? {
    object(key) { input -> EventType.Seats? in
      if input.optionalBool("disabled") == true {
        input.ignore("seatsPerTimeSlot", "showAttendeeInfo", "showAvailabilityCount")
        return nil
      }
      return EventType.Seats(
        perSlot: input.int("seatsPerTimeSlot", 1...1000),
        showsAttendees: input.optionalBool("showAttendeeInfo") ?? false,
        showsCount: input.optionalBool("showAvailabilityCount") ?? true)
    } ?? nil
  }

  /// `{maximumActiveBookings, offerReschedule}` or `{disabled:true}`.
  mutating func bookerLimit(_ key: String) -> EventType.BookerLimit? {
    object(key) { input -> EventType.BookerLimit? in
      if input.optionalBool("disabled") == true {
        input.ignore("maximumActiveBookings", "offerReschedule")
        return nil
      }
      return EventType.BookerLimit(
        maximum: input.int("maximumActiveBookings", 1...10_000),
        offersReschedule: input.optionalBool("offerReschedule") ?? false)
    } ?? nil
  }
}
