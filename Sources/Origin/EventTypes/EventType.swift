import Foundation
import JSON
import Scheduling

/// Something that can be booked, as its owner set it up: api.md 1.6.
struct EventType: Sendable {
  var businessID = 0
  var id = 0
  var owner = Owner()
  var title = ""
  var slug = ""
  var description = ""
  /// Minutes, as everything here that counts time.
  var length = 0
  /// The lengths that a booker can choose from; empty when there is one only.
  var lengthOptions: [Int] = []
  var slotInterval: Int?
  var offsetStart = 0
  var minimumNotice = 120
  var beforeBuffer = 0
  var afterBuffer = 0
  var onlyFirstSlot = false
  var bookingWindow: EventTypeWindow?
  var scheduleID: Int?
  var locations: [JSONValue] = EventType.usualLocations
  /// Fields beyond name and email.
  var bookingFields: [BookingField] = []
  var hidden = false
  var disableGuests = false
  var disableCancelling = false
  var disableRescheduling = false
  /// How things look and read, as the caller gave it; see `EventTypeSettings`.
  var settings = JSONObject()
  var metadata: [UInt8] = Array("{}".utf8)
  /// Minor units.
  var price = 0
  var currency = "usd"

  /// The person behind a personal event type, as the public may see him.
  struct Owner: Sendable {
    var id = 0
    var name = ""
    var email = ""
    var username = ""
    var timeZone = "UTC"
    var avatarURL: String?
    var weekStart = "Sunday"
  }

  static let usualLocations: [JSONValue] = [
    .object(["type": .string("integration"), "integration": .string("cal-video")])
  ]

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("ownerId", owner.id)
      json.member("lengthInMinutes", length)
      if !lengthOptions.isEmpty {
        json.array("lengthInMinutesOptions", lengthOptions) { $0.int($1) }
      }
      json.member("title", title)
      json.member("slug", slug)
      json.member("description", description)
      json.array("locations", locations) { $0.value($1) }
      json.array("bookingFields", BookingField.defaults + bookingFields) { $1.write(to: &$0) }
      json.member("slotInterval", slotInterval)
      json.member("minimumBookingNotice", minimumNotice)
      json.member("beforeEventBuffer", beforeBuffer)
      json.member("afterEventBuffer", afterBuffer)
      json.member("offsetStart", offsetStart)
      json.member("onlyShowFirstAvailableSlot", onlyFirstSlot)
      json.member("bookingWindow", bookingWindow?.json ?? .object(["disabled": .bool(true)]))
      json.member("recurrence", JSONValue.null)
      json.member("scheduleId", scheduleID)
      json.member("hidden", hidden)
      json.member("disableGuests", disableGuests)
      json.member("disableCancelling", .object(["disabled": .bool(disableCancelling)]))
      json.member("disableRescheduling", .object(["disabled": .bool(disableRescheduling)]))
      json.member("price", price)
      json.member("currency", currency)
      json.member("isInstantEvent", false)
      json.member("forwardParamsSuccessRedirect", true)
      json.member("seatsPerTimeSlot", JSONValue.null)
      json.member("seatsShowAvailabilityCount", JSONValue.null)
      json.member("metadata", raw: metadata)
      EventTypeSettings.write(settings, to: &json)
      json.key("users")
      json.array([owner]) { json, owner in
        json.object { json in
          json.member("id", owner.id)
          json.member("name", owner.name)
          json.member("username", owner.username)
          json.member("avatarUrl", owner.avatarURL)
          json.member("weekStart", owner.weekStart)
          json.member("timeZone", owner.timeZone)
          json.member("brandColor", JSONValue.null)
          json.member("darkBrandColor", JSONValue.null)
          json.member("metadata", .object([:]))
        }
      }
    }
  }
}
