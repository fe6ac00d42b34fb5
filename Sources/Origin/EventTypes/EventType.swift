import JSON
import Scheduling

/// Something that can be booked, as its owner or his team set it up: api.md 1.6.
struct EventType: Sendable {
  var businessID = 0
  var id = 0
  /// Nil for a team's.
  var owner: Owner?
  /// Nil for a person's.
  var team: Team?
  var schedulingType: SchedulingType?
  /// In order of their ids; of a personal event type its owner.
  var hosts: [EventTypeHost] = []
  /// Whether every member of the team is a host, whoever joins later too.
  var assignsAllMembers = false
  /// Whether moving a round robin's booking leaves it with its host.
  var keepsHost = false
  var resources: [NeededResource] = []
  /// The team's managed event type that it is made like; nil for one of its own.
  var parentID: Int?
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
  var seats: Seats?
  var recurrence: EventTypeRecurrence?
  var confirmation: ConfirmationPolicy?
  var countLimits = BookingLimits()
  var minuteLimits = BookingLimits()
  var bookerLimit: BookerLimit?
  var requiresAuthentication = false
  /// Whether a booker shows that he reads the mail of his address.
  var requiresEmailCode = false
  var locations: [JSONValue] = EventType.usualLocations
  /// What was set of the fields of ours, and the fields beyond them.
  var bookingFields: [BookingField] = []
  var hidden = false
  var disableGuests = false
  var disableCancelling = false
  var disableRescheduling = false
  /// Minutes before its start within which a booking is not moved any more; 0 is none.
  var rescheduleNotice: Int {
    get { settings["rescheduleNotice"]?.int ?? 0 }
    set { settings["rescheduleNotice"] = newValue == 0 ? nil : .int(newValue) }
  }
  /// How things look and read, as the caller gave it; see `EventTypeSettings`.
  var settings = JSONObject()
  var metadata = JSONObject()
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

  struct Team: Sendable {
    var id: Int
    var name: String
    var slug: String
    var logoURL: String?
  }

  /// How a team's hosts share the work.
  enum SchedulingType: String, Sendable { case collective, roundRobin, managed }

  struct Seats: Sendable, Equatable {
    var perSlot: Int
    var showsAttendees: Bool
    var showsCount: Bool
  }

  /// So many bookings to come for one booker.
  struct BookerLimit: Sendable, Equatable {
    var maximum: Int
    var offersReschedule: Bool
  }

  /// So many units of a resource for each booking.
  struct NeededResource: Sendable, Equatable {
    var id: Int
    var quantity: Int
  }

  static let usualLocations: [JSONValue] = [
    .object(["type": .string("integration"), "integration": .string("cal-video")])
  ]

  /// What a booking takes of people's time: its own, widened by the buffers.
  func occupied(_ time: Range<Instant>) -> Range<Instant> {
    time.lowerBound - beforeBuffer * 60..<time.upperBound + afterBuffer * 60
  }

  /// Whether a booking takes its hosts' time already: one that waits for a word of theirs only where that is set.
  func takesTime(_ status: Booking.Status) -> Bool { status == .accepted || confirmation?.blocks == true }

  /// Whether it is that of a dynamic group, which nobody set up and no row holds.
  var isGroup: Bool { id == 0 }

  /// What public answers about it are made of.
  var cacheTags: [CacheTag] { [.eventType(id), profileTag] }

  var profileTag: CacheTag { owner.map { .profile($0.id) } ?? .business(businessID) }
}
