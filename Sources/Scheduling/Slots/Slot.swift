/// A start that can be booked.
package struct Slot: Hashable, Sendable {
  package let start: Instant
  /// Seats already taken, 0 where nobody has booked yet or the event type has no seats.
  package let seatsTaken: Int

  package init(start: Instant, seatsTaken: Int = 0) {
    self.start = start
    self.seatsTaken = seatsTaken
  }
}
