import Foundation
import Scheduling

extension Input {
  mutating func bookingFilter() -> BookingFilter {
    var filter = BookingFilter()
    filter.statuses = bookingStatuses("status")
    // A plus in a query reads as a space; an address has none.
    filter.attendeeEmail = optionalText("attendeeEmail", 1...254)?.replacingOccurrences(of: " ", with: "+")
    filter.attendeeName = optionalText("attendeeName", 1...200)
    filter.bookingUID = optionalText("bookingUid", 1...200)
    filter.eventTypeIDs = eventTypeIDs()
    filter.afterStart = optionalInstant("afterStart", takesDates: true)?.date
    filter.beforeEnd = optionalInstant("beforeEnd", takesDates: true)?.date
    filter.afterCreated = optionalInstant("afterCreatedAt", takesDates: true)?.date
    filter.beforeCreated = optionalInstant("beforeCreatedAt", takesDates: true)?.date
    filter.afterUpdated = optionalInstant("afterUpdatedAt", takesDates: true)?.date
    filter.beforeUpdated = optionalInstant("beforeUpdatedAt", takesDates: true)?.date
    filter.order = bookingOrder()
    filter.take = optionalInt("take", 1...250) ?? 100
    filter.skip = optionalInt("skip", 0...1_000_000_000) ?? 0
    // There are no teams in this version, so no team has bookings.
    if has("teamId") || has("teamsIds") { filter.eventTypeIDs = [] }
    return filter
  }

  private mutating func bookingStatuses(_ key: String) -> [String]? {
    guard let text = optionalText(key, 1...200) else { return nil }
    let known = ["upcoming", "recurring", "past", "cancelled", "unconfirmed"]
    let asked = text.split(separator: ",").map(String.init)
    if asked.isEmpty || !asked.allSatisfy(known.contains) {
      mistake(key, "must be a list of \(known.joined(separator: ", "))")
    }
    return asked
  }

  private mutating func eventTypeIDs() -> [Int]? {
    let one = optionalInt("eventTypeId", 1...Int.max).map { [$0] }
    guard let text = optionalText("eventTypeIds", 1...2000) else { return one }
    let parts = text.split(separator: ",")
    let ids = parts.compactMap { Int($0) }
    if ids.count < parts.count { mistake("eventTypeIds", "must be a list of numbers") }
    return ids + (one ?? [])
  }

  private mutating func bookingOrder() -> BookingFilter.Order {
    let keys: [(String, BookingFilter.Order.Column)] = [
      ("sortStart", .start), ("sortEnd", .end), ("sortCreated", .created), ("sortUpdatedAt", .updated),
    ]
    var order = BookingFilter.Order(column: .start, descending: false)
    var isChosen = false
    for (key, column) in keys {
      guard let direction = choice(key, of: ["asc", "desc"]), !isChosen else { continue }
      order = .init(column: column, descending: direction == "desc")
      isChosen = true
    }
    return order
  }
}
