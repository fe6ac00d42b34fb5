import JSON
import Scheduling

/// The free slots of an event type, with what its seats say.
struct SlotListing: Sendable {
  var days: [SlotDay]
  var seats: EventType.Seats?
  var facts: SlotFacts

  /// One slot; nil when reservations have taken its last seat.
  func seatsTaken(_ slot: Slot) -> Int? {
    guard let seats else { return 0 }
    let taken = slot.seatsTaken + (facts.reservedSeats[slot.start] ?? 0)
    return taken < seats.perSlot ? taken : nil
  }

  /// What a seated slot says beside its times.
  func writeSeats(of slot: Slot, taken: Int, to json: inout JSONWriter) {
    guard let seats else { return }
    json.member("seatsBooked", taken)
    json.member("seatsRemaining", seats.perSlot - taken)
    json.member("seatsTotal", seats.perSlot)
    if let booking = facts.seated[slot.start] { json.member("bookingUid", booking.uid) }
  }
}
