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
  /// Now, in a call, with whoever answers.
  var isInstant: Bool
  /// Of a round robin only one of these; nil is any.
  var hostIDs: [Int]?
  /// What came by mail to the attendee's address.
  var emailCode: String?
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
  case slug(String, username: String, organization: String? = nil)
  case teamSlug(String, team: String, organization: String? = nil)
  /// Several people together, by their user names.
  case group([String], organization: String?)
  /// Names nothing; it is never found.
  case unknown

  var namesOrganization: Bool {
    switch self {
    case .slug(_, _, let organization), .teamSlug(_, _, let organization), .group(_, let organization):
      organization != nil
    case .id, .unknown: false
    }
  }
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
        limits: optionalBool("skipBookingLimits") ?? false), isInstant: optionalBool("instant") ?? false,
      hostIDs: object("routing") { $0.routedHosts() } ?? nil,
      emailCode: optionalText("emailVerificationCode", 1...100))
    return request
  }

  /// What a routing form found out. Of it the choice of hosts counts; the rest is kept by those who route.
  private mutating func routedHosts() -> [Int]? {
    _ = optionalInt("responseId", 0...Int.max)
    _ = optionalInt("queuedResponseId", 0...Int.max)
    _ = optionalEmail("teamMemberEmail")
    _ = optionalBool("skipContactOwner")
    for key in ["crmAppSlug", "crmOwnerRecordType", "crmRecordId"] { _ = optionalText(key, 0...200) }
    guard let elements = array("teamMemberIds", max: 1000) else { return nil }
    let ids = elements.compactMap(\.int)
    if ids.count < elements.count { mistake("teamMemberIds", "must be a list of user ids") }
    return ids.isEmpty ? nil : ids
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
    if let team { return .teamSlug(slug, team: team, organization: organization) }
    guard let username else {
      mistake("username", "is required beside eventTypeSlug")
      return .unknown
    }
    return .slug(slug, username: username, organization: organization)
  }

  mutating func attendee() -> Booking.Attendee {
    let attendee = Booking.Attendee(
      name: text("name", 1...200), email: optionalEmail("email"), phoneNumber: phoneNumber("phoneNumber"),
      timeZone: timeZone("timeZone"), language: attendeeLanguage("language") ?? AttendeeLanguage.usual)
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
        if type == "integration" { _ = input.text("integration", 1...100) }
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
}
