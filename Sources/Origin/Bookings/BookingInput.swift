import Hummingbird
import JSON
import Problem
import Scheduling

/// What a booker sends to POST /v2/bookings, checked as far as that goes without the event type.
struct BookingRequest: Sendable {
  var start: Instant
  var eventType: EventTypeReference
  var attendee: Booking.Attendee
  var guests: [String]
  var responses: JSONObject
  var metadata: [UInt8]
  var location: JSONValue?
  var meetingURL: String?
  var lengthInMinutes: Int?
  var recurrenceCount: Int?
  /// What the caller holds of this slot.
  var reservationUID: String?
  var overrides: BookingOverrides
}

/// What a host may wave through; from anybody else it is ignored.
struct BookingOverrides: Sendable, Equatable {
  var conflicts = false
  var bounds = false
  var limits = false

  static let none = BookingOverrides()
}

/// How a request names an event type.
enum EventTypeReference: Sendable, Hashable {
  case id(Int)
  case slug(String, username: String)
  case teamSlug(String, team: String)
  /// Names something that this version cannot have; it is never found.
  case unknown
}

extension Input {
  mutating func booking() -> BookingRequest {
    let start = instant("start")
    let attendee = object("attendee") { $0.attendee() }
    if attendee == nil { mistake("attendee", "is required") }
    let guests = texts("guests", max: 30, 3...254) ?? []
    for (index, guest) in guests.enumerated() where !EmailAddress.isPlausible(guest) {
      mistake("guests.\(index)", "must be an e-mail address")
    }
    let request = BookingRequest(
      start: start, eventType: eventTypeReference(),
      attendee: attendee ?? Booking.Attendee(name: "", timeZone: "UTC", language: "en"),
      guests: guests, responses: responses("bookingFieldsResponses"),
      metadata: metadata("metadata") ?? Array("{}".utf8), location: location("location"),
      meetingURL: url("meetingUrl"), lengthInMinutes: optionalInt("lengthInMinutes", 1...10_080),
      recurrenceCount: optionalInt("recurrenceCount", 1...100_000),
      reservationUID: optionalText("reservedSlotUid", 1...100),
      overrides: BookingOverrides(
        conflicts: optionalBool("allowConflicts") ?? false,
        bounds: optionalBool("allowBookingOutOfBounds") ?? false,
        limits: optionalBool("skipBookingLimits") ?? false))
    notYet("instant")
    // Routing forms and codes by mail are not in this version; what they would decide is decided without them.
    ignore("routing", "emailVerificationCode")
    return request
  }

  /// By id, or by slug and user name; the same for slots, where the keys are those of the query.
  mutating func eventTypeReference() -> EventTypeReference {
    let id = optionalInt("eventTypeId", 1...Int.max)
    let slug = optionalText("eventTypeSlug", 1...100)
    let username = optionalText("username", 1...63)
    let team = optionalText("teamSlug", 1...100)
    let organization = optionalText("organizationSlug", 1...100)
    if let id { return .id(id) }
    guard let slug else {
      mistake("eventTypeId", "is required, or eventTypeSlug with username")
      return .unknown
    }
    if organization != nil { return .unknown }
    if let team { return .teamSlug(slug, team: team) }
    guard let username else {
      mistake("username", "is required beside eventTypeSlug")
      return .unknown
    }
    return .slug(slug, username: username)
  }

  mutating func attendee() -> Booking.Attendee {
    let attendee = Booking.Attendee(
      name: text("name", 1...200), email: optionalEmail("email"), phoneNumber: phoneNumber("phoneNumber"),
      timeZone: timeZone("timeZone"), language: optionalText("language", 2...10) ?? "en")
    if attendee.email == nil, attendee.phoneNumber == nil {
      mistake("email", "is required, or phoneNumber")
    }
    return attendee
  }

  private mutating func responses(_ key: String) -> JSONObject {
    guard let value = value(key) else { return [:] }
    guard case .object(let object) = value else {
      mistake(key, "must be an object, not \(value.kind)")
      return [:]
    }
    if value.bytes.count > 50_000 { mistake(key, "must have at most 50000 bytes") }
    return object
  }

  /// An object with a type, or the older plain string.
  mutating func location(_ key: String) -> JSONValue? {
    guard let value = value(key) else { return nil }
    switch value {
    case .string(let text):
      if text.utf8.count > 1000 { mistake(key, "must have at most 1000 characters") }
      return value
    case .object:
      return object(key) { input in
        let type = input.text("type", 1...40)
        for member in ["address", "phone", "location", "integration"] {
          _ = input.optionalText(member, 0...1000)
        }
        if type == "attendeeAddress" { _ = input.text("address", 1...1000) }
        if type == "attendeePhone", input.phoneNumber("phone") == nil {
          input.mistake("phone", "is required")
        }
        if type == "attendeeDefined" { _ = input.text("location", 1...1000) }
        return value
      }
    default:
      mistake(key, "must be an object, not \(value.kind)")
      return nil
    }
  }

  private mutating func notYet(_ keys: String...) {
    for key in keys {
      guard let value = value(key), value != .bool(false) else { continue }
      mistake(key, "is not supported by this version yet; leave it out")
    }
  }
}
