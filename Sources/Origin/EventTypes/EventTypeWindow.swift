import JSON
import Scheduling

/// How far ahead people may book.
enum EventTypeWindow: Sendable, Equatable {
  case calendarDays(Int, rolling: Bool)
  case businessDays(Int, rolling: Bool)
  /// First and last date, both included.
  case range(first: String, last: String)

  var json: JSONValue {
    switch self {
    case .calendarDays(let days, let rolling):
      .object(["type": .string("calendarDays"), "value": .int(days), "rolling": .bool(rolling)])
    case .businessDays(let days, let rolling):
      .object(["type": .string("businessDays"), "value": .int(days), "rolling": .bool(rolling)])
    case .range(let first, let last):
      .object(["type": .string("range"), "value": .array([.string(first), .string(last)])])
    }
  }

  /// Reads what `json` wrote; nil for anything else.
  init?(_ json: JSONValue) {
    switch (json["type"]?.string, json["value"]) {
    case ("calendarDays", .int(let days)?):
      self = .calendarDays(days, rolling: json["rolling"]?.bool ?? false)
    case ("businessDays", .int(let days)?):
      self = .businessDays(days, rolling: json["rolling"]?.bool ?? false)
    case ("range", .array(let dates)?) where dates.count == 2:
      guard let first = dates[0].string, let last = dates[1].string else { return nil }
      self = .range(first: first, last: last)
    default: return nil
    }
  }
}

extension Input {
  /// The window in the shape of api.md 1.6; `{"disabled":true}` is none.
  mutating func bookingWindow(_ key: String) -> EventTypeWindow? {
    object(key) { input -> EventTypeWindow? in
      if input.optionalBool("disabled") == true {
        input.ignore("type", "value", "rolling")
        return nil
      }
      switch input.choice("type", of: ["calendarDays", "businessDays", "range"]) {
      case "calendarDays":
        return .calendarDays(input.int("value", 0...3650), rolling: input.optionalBool("rolling") ?? false)
      case "businessDays":
        return .businessDays(input.int("value", 0...3650), rolling: input.optionalBool("rolling") ?? false)
      case "range": return input.dateRange("value")
      default:
        input.mistake("type", "is required")
        input.ignore("value", "rolling")
        return nil
      }
    } ?? nil
  }

  private mutating func dateRange(_ key: String) -> EventTypeWindow? {
    let dates = texts(key, max: 2, 10...10) ?? []
    guard dates.count == 2, let first = CivilDate(dates[0]), let last = CivilDate(dates[1]),
      first <= last
    else {
      mistake(key, "must be two dates such as [\"2030-09-05\",\"2030-09-09\"], the first not after the last")
      return nil
    }
    return .range(first: dates[0], last: dates[1])
  }
}
