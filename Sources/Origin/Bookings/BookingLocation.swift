import JSON
import Problem

/// Where a booking takes place, from what the booker chose and what the event type offers.
enum BookingLocation {
  /// Nil where the place is a call of ours that has no address.
  static func text(for request: BookingRequest, at type: EventType) throws(Problem) -> String? {
    if let url = request.meetingURL { return url }
    switch request.location {
    case nil: return offered(type.locations.first)
    case .string(let text)?: return text
    case let chosen?: return try text(of: chosen, at: type)
    }
  }

  /// The place that was chosen later. Without an event type any more, only what the chooser says himself is a place.
  static func text(of chosen: JSONValue, at type: EventType?) throws(Problem) -> String? {
    if case .string(let text) = chosen { return text }
    guard let type else {
      return chosen["address"]?.string ?? chosen["location"]?.string ?? chosen["phone"]?.string
    }
    return try text(of: chosen, at: type)
  }

  private static func text(of chosen: JSONValue, at type: EventType) throws(Problem) -> String? {
    let kind = chosen["type"]?.string ?? ""
    let matching = type.locations.first { $0["type"]?.string == kind }
    guard let matching else {
      let offered = type.locations.compactMap { $0["type"]?.string }
      throw Problem(
        status: 400, reason: "location_not_offered",
        message: "This event type offers: \(offered.joined(separator: ", ")).",
        fields: ["location.type": "is not offered"],
        details: [.init("locations", .array(offered.map(JSONValue.string)))])
    }
    switch kind {
    case "attendeeAddress": return chosen["address"]?.string
    case "attendeePhone": return chosen["phone"]?.string
    case "attendeeDefined": return chosen["location"]?.string
    default: return offered(matching)
    }
  }

  private static func offered(_ location: JSONValue?) -> String? {
    guard let location else { return nil }
    switch location["type"]?.string {
    case "address": return location["address"]?.string
    case "link": return location["link"]?.string
    case "phone": return location["phone"]?.string
    // No video service is connected in this version, so there is no link to hand out.
    default: return nil
    }
  }
}
