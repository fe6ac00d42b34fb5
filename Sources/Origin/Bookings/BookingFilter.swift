import Foundation

/// Which of a caller's bookings he wants to see: the query of GET /v2/bookings.
struct BookingFilter: Sendable {
  var statuses: [String]?
  var attendeeEmail: String?
  var attendeeName: String?
  var bookingUID: String?
  var eventTypeIDs: [Int]?
  /// Of these teams only; everybody's own business is none.
  var teamIDs: [Int]?
  var afterStart: Date?
  var beforeEnd: Date?
  var afterCreated: Date?
  var beforeCreated: Date?
  var afterUpdated: Date?
  var beforeUpdated: Date?
  var order = Order(column: .start, descending: false)
  var take = 100
  var skip = 0

  struct Order: Sendable, Hashable {
    enum Column: String, Sendable, CaseIterable {
      case start = "starts_at"
      case end = "ends_at"
      case created = "created_at"
      case updated = "updated_at"
    }
    var column: Column
    var descending: Bool
  }
}

// MARK: What it asks of the index

extension BookingFilter {
  /// Whether it asks for nothing but statuses: then what is counted already knows.
  var isOfStatusesOnly: Bool { isOfStatusesAndTimes && afterStart == nil && beforeEnd == nil }

  /// Whether `bookings_list_idx` answers it without the bookings themselves.
  var isOfStatusesAndTimes: Bool {
    attendeeEmail == nil && attendeeName == nil && bookingUID == nil && eventTypeIDs == nil
      && afterCreated == nil && beforeCreated == nil && afterUpdated == nil && beforeUpdated == nil
  }

  /// The longest that a booking takes: `bookings_length`.
  private static let longest: TimeInterval = 7 * 86400

  /// Where what is asked for starts, as narrow as its statuses and times allow.
  func starts(now: Date) -> Range<Date> {
    var from = afterStart ?? .distantPast
    var before = beforeEnd ?? .distantFuture
    if let statuses, !statuses.isEmpty {
      if statuses.allSatisfy({ $0 == "upcoming" }) { from = max(from, now - Self.longest) }
      if statuses.allSatisfy({ $0 == "past" }) { before = min(before, now) }
    }
    return from..<max(from, before)
  }
}
