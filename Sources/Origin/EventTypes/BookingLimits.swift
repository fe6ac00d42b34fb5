import JSON
import Scheduling

/// At most so many bookings, or booked minutes, a day, week, month and year: the shape of bookingLimitsCount and
/// bookingLimitsDuration. Nothing set is without limit.
struct BookingLimits: Sendable, Equatable {
  var day: Int?
  var week: Int?
  var month: Int?
  var year: Int?

  enum Unit: Sendable { case bookings, minutes }

  private static var periods: [(key: String, path: WritableKeyPath<BookingLimits, Int?>, period: Period)] {
    [("day", \.day, .day), ("week", \.week, .week), ("month", \.month, .month), ("year", \.year, .year)]
  }

  var isEmpty: Bool { self == BookingLimits() }

  /// The same as scheduling counts with it.
  func limits(_ unit: Unit) -> [BookingLimit] {
    Self.periods.compactMap { _, path, period in
      self[keyPath: path].map { BookingLimit(unit == .bookings ? .count : .minutes, per: period, atMost: $0) }
    }
  }

  /// As the API shows it; `{"disabled":true}` when there is none.
  var json: JSONValue {
    isEmpty ? .object(["disabled": .bool(true)]) : .object(members)
  }

  /// As the database keeps it; nil when there is none.
  var stored: JSONValue { isEmpty ? .null : .object(members) }

  private var members: JSONObject {
    var object = JSONObject()
    for (key, path, _) in Self.periods {
      if let maximum = self[keyPath: path] { object[key] = .int(maximum) }
    }
    return object
  }

  init() {}

  /// Reads what `stored` wrote.
  init(stored: JSONValue?) {
    for (key, path, _) in Self.periods { self[keyPath: path] = stored?[key]?.int }
  }
}

extension Input {
  /// `{day, week, month, year}`, each optional, or `{disabled:true}`; nil when the key is absent.
  mutating func bookingLimits(_ key: String, _ unit: BookingLimits.Unit) -> BookingLimits? {
    object(key) { input in
      var limits = BookingLimits()
      let isOff = input.optionalBool("disabled") == true
      limits.day = input.limit("day", unit)
      limits.week = input.limit("week", unit)
      limits.month = input.limit("month", unit)
      limits.year = input.limit("year", unit)
      let set = [limits.day, limits.week, limits.month, limits.year].compactMap { $0 }
      if zip(set, set.dropFirst()).contains(where: { $0 > $1 }) {
        input.mistake("day", "a shorter period must not allow more than a longer one")
      }
      return isOff ? BookingLimits() : limits
    }
  }

  private mutating func limit(_ key: String, _ unit: BookingLimits.Unit) -> Int? {
    switch unit {
    case .bookings: return optionalInt(key, 1...1_000_000)
    case .minutes:
      let minutes = optionalInt(key, 15...10_000_000)
      if let minutes, !minutes.isMultiple(of: 15) { mistake(key, "must be a multiple of 15 minutes") }
      return minutes
    }
  }
}
