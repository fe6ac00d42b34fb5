import Scheduling

/// What is known of everybody's time for one question about slots.
struct SlotFacts: Sendable {
  /// By host, and by unit of a resource.
  var busy: [Int: [BusyTime]] = [:]
  var limits: [LimitUse] = []
  /// Bookings of a seated event type that are there already, by their start.
  var seated: [Instant: SeatedBooking] = [:]
  /// Seats that somebody keeps while he fills in the form, by the start of their slot.
  var reservedSeats: [Instant: Int] = [:]
}

/// A booking whose seats are taken one by one.
struct SeatedBooking: Sendable, Equatable {
  var id: Int
  var uid: String
  var taken: Int
}

/// What does not stand in the way of a question: a booking that is about to move, a reservation of one's own.
struct SlotExceptions: Sendable, Equatable {
  var bookingUID: String?
  var reservationUID: String?
}
