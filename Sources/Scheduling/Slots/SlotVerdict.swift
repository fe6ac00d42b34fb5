/// Whether a start can be booked; if not, the reason that the API names (api.md 3.2).
package enum SlotVerdict: Hashable, Sendable {
  case available(seatsTaken: Int)
  case inThePast
  /// Within the notice or outside of the booking window.
  case outOfBounds
  /// Overlaps a booking or another calendar's event.
  case slotTaken
  /// Overlaps a reservation of somebody else that ends then.
  case reserved(until: Instant)
  case seatsFull
  case limitReached
  /// Outside of the hours, out of office, too near to another booking's buffer, or not a listed start.
  case notAvailable
}
