import JSON
import Problem

/// Why units or a whole resource cannot go.
enum ResourceRefusal: Error, Equatable {
  case needed(eventTypes: [Int])
  /// Bookings to come hold so many of the units.
  case held(Int)

  var problem: Problem {
    switch self {
    case .needed(let eventTypes):
      Problem(
        status: 409, reason: "resource_needed",
        message: "Event types need this resource; take it out of them first.",
        details: [.init("eventTypeIds", .array(eventTypes.prefix(100).map { .int($0) }))])
    case .held(let count):
      Problem(
        status: 409, reason: "resource_in_use",
        message: "Bookings to come hold \(count) units of this resource; no fewer can be left.",
        details: [.init("held", .int(count))])
    }
  }
}
