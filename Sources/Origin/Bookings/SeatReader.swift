/// Who reads of a seated booking, as far as it decides whether he sees who else sits there: api.md 1.3.
struct SeatReader: Sendable {
  /// Whether everybody is shown it, or he manages the business.
  var isShown: Bool
  var userID: Int?

  func sees(_ booking: Booking) -> Bool { isShown || booking.hosts.contains { $0.id == userID } }
}
