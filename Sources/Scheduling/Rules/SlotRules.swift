/// What an event type asks of a slot. All times in minutes; values beyond reason are brought within it.
package struct SlotRules: Sendable {
  /// Of the event that is asked for; choosing among several lengths is the caller's work.
  package let length: Int
  /// From one start to the next; nil is `length`.
  package let slotInterval: Int?
  /// Added to the first start and to every step.
  package let offsetStart: Int
  package let beforeBuffer: Int
  package let afterBuffer: Int
  /// Elapsed minutes between now and the earliest start.
  package let minimumNotice: Int
  package let window: BookingWindow
  /// At most one slot a day, the earliest.
  package let firstSlotOnly: Bool
  /// Seats of one slot; nil when it is booked whole.
  package let seats: Int?

  package init(
    length: Int, slotInterval: Int? = nil, offsetStart: Int = 0, beforeBuffer: Int = 0, afterBuffer: Int = 0,
    minimumNotice: Int = 0, window: BookingWindow = .unlimited, firstSlotOnly: Bool = false, seats: Int? = nil
  ) {
    self.length = length.clamped(from: 1)
    self.slotInterval = slotInterval.map { $0.clamped(from: 1) }
    self.offsetStart = offsetStart.clamped(from: 0)
    self.beforeBuffer = beforeBuffer.clamped(from: 0)
    self.afterBuffer = afterBuffer.clamped(from: 0)
    self.minimumNotice = minimumNotice.clamped(from: 0)
    self.window = window
    self.firstSlotOnly = firstSlotOnly
    self.seats = seats
  }
}

extension Int {
  /// Ten years in minutes at most, so that no sum of them overflows.
  fileprivate func clamped(from least: Int) -> Int { Swift.min(Swift.max(self, least), 5_256_000) }
}
