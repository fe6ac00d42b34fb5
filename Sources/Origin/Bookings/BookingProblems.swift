import JSON
import Problem
import Scheduling

/// Why a booking cannot be, in the words of api.md 3.2.
enum BookingProblems {
  static let slotTaken = Problem.badRequest(
    "slot_taken", "This time has just been taken; choose another one.")
  static let seatsFull = Problem.conflict("seats_full", "All seats of this time are taken.")
  static let notActive = Problem.badRequest(
    "cancelled", "This booking is cancelled already.")

  static let noHosts = Problem(
    status: 422, reason: "no_hosts", message: "Nobody takes bookings of this event type yet.")
  static let managed = Problem.badRequest(
    "managed_event_type", "This is the pattern of what its hosts offer; book the event type of one of them.")
  static let authRequired = Problem.unauthorized(
    "auth_required", "This event type can only be booked with an access token.")
  static let seatNeeded = Problem.badInput(["seatUid": "is not a seat of this booking"])
  static let alreadyBooked = Problem.badRequest(
    "already_booked_by_you", "This e-mail address has a seat at this time already.")
  static let notPending = Problem.badRequest(
    "not_pending", "Only a booking that waits for confirmation can be confirmed or declined.")
  static let nobodyFree = Problem.badRequest(
    "not_available", "None of the other hosts is free at this time.")

  /// A meeting at once needs a call that is open already, and no event type here has one: `isInstantEvent` is false.
  static func notInstant(_ type: EventType) -> Problem {
    .badInput([
      "instant": type.team == nil
        ? "is only for event types of teams"
        : "is not offered by this event type: its isInstantEvent is false"
    ])
  }

  static func tooManyOccurrences(_ most: Int) -> Problem {
    Problem(
      status: 400, reason: "too_many_occurrences",
      message: "A series of this event type has at most \(most) bookings.",
      fields: ["recurrenceCount": "must be at most \(most)"], details: [.init("maximum", .int(most))])
  }

  /// - Parameter uid: one of his bookings, where the event type offers to move it instead.
  static func bookerLimit(_ most: Int, reschedule uid: String?) -> Problem {
    Problem(
      status: 400, reason: "booker_limit",
      message: "You have \(most) bookings to come already, which is as many as this event type takes.",
      details: uid.map { [.init("rescheduleUid", .string($0))] } ?? [])
  }

  /// A series is booked as a whole or not at all.
  static func clashes(_ clashes: [(start: Instant, problem: Problem)]) -> Problem? {
    guard var problem = clashes.first?.problem else { return nil }
    problem.message = "\(clashes.count) of the series' times cannot be booked. \(problem.message)"
    problem.details.append(.init("starts", .array(clashes.map { .string($0.start.text) })))
    return problem
  }

  /// Why nothing can be done with a booking that is over.
  static func inactive(_ booking: Booking) -> Problem {
    booking.rescheduledToUID.map(rescheduled) ?? notActive
  }

  static func lengthNotOffered(_ lengths: [Int], field: String) -> Problem {
    Problem(
      status: 400, reason: "length_not_offered",
      message: "The length must be one of \(lengths.map(String.init).joined(separator: ", ")) minutes.",
      fields: [field: "is not offered"],
      details: [.init("lengths", .array(lengths.map(JSONValue.int)))])
  }

  /// A booking that moved answers where it went.
  static func rescheduled(to uid: String) -> Problem {
    Problem(
      status: 400, reason: "rescheduled", message: "This booking has been moved to another time.",
      details: [.init("rescheduledToUid", .string(uid))])
  }

  /// Nil for a start that is free.
  static func problem(for verdict: SlotVerdict, now: Instant) -> Problem? {
    switch verdict {
    case .available: nil
    case .inThePast: .badRequest("in_the_past", "This time has passed.")
    case .outOfBounds:
      .badRequest("out_of_bounds", "This time is too soon or too far ahead to be booked.")
    case .slotTaken: slotTaken
    case .notAvailable:
      .badRequest("not_available", "This time is not offered; choose one of the listed times.")
    case .limitReached: .badRequest("limit_reached", "No more bookings are taken for this period.")
    case .seatsFull: seatsFull
    case .reserved(let until):
      Problem(
        status: 400, reason: "reserved", message: "Somebody is booking this time at the moment.",
        details: [.init("seconds", .int(max(0, until - now)))])
    }
  }
}
