import JSON
import Problem
import Scheduling

/// Why a booking cannot be, in the words of api.md 3.2.
enum BookingProblems {
  static let slotTaken = Problem.badRequest(
    "slot_taken", "This time has just been taken; choose another one.")
  static let notActive = Problem.badRequest(
    "cancelled", "This booking is cancelled already.")

  static func lengthNotOffered(_ lengths: [Int]) -> Problem {
    Problem(
      status: 400, reason: "length_not_offered",
      message: "The length must be one of \(lengths.map(String.init).joined(separator: ", ")) minutes.",
      fields: ["lengthInMinutes": "is not offered"],
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
    case .seatsFull: .conflict("seats_full", "All seats of this time are taken.")
    case .reserved(let until):
      Problem(
        status: 400, reason: "reserved", message: "Somebody is booking this time at the moment.",
        details: [.init("seconds", .int(max(0, until - now)))])
    }
  }
}
