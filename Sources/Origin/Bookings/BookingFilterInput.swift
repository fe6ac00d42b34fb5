import Scheduling

extension Input {
  mutating func bookingFilter() -> BookingFilter {
    var filter = BookingFilter()
    filter.statuses = bookingStatuses("status")
    filter.attendeeEmail = optionalText("attendeeEmail", 1...254).map(compact)
    filter.attendeeName = optionalText("attendeeName", 1...200)
    filter.bookingUID = optionalText("bookingUid", 1...200)
    filter.eventTypeIDs = ids("eventTypeId", "eventTypeIds")
    filter.teamIDs = ids("teamId", "teamsIds")
    filter.afterStart = optionalInstant("afterStart", takesDates: true)?.date
    filter.beforeEnd = optionalInstant("beforeEnd", takesDates: true)?.date
    filter.afterCreated = optionalInstant("afterCreatedAt", takesDates: true)?.date
    filter.beforeCreated = optionalInstant("beforeCreatedAt", takesDates: true)?.date
    filter.afterUpdated = optionalInstant("afterUpdatedAt", takesDates: true)?.date
    filter.beforeUpdated = optionalInstant("beforeUpdatedAt", takesDates: true)?.date
    filter.order = bookingOrder()
    filter.take = optionalInt("take", 1...250) ?? 100
    filter.skip = optionalInt("skip", 0...1_000_000_000) ?? 0
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

  private mutating func ids(_ single: String, _ list: String) -> [Int]? {
    let one = optionalInt(single, 1...Int.max).map { [$0] }
    guard let text = optionalText(list, 1...2000) else { return one }
    let parts = text.split(separator: ",")
    let ids = parts.compactMap { Int($0) }
    if ids.isEmpty || ids.count < parts.count { mistake(list, "must be a list of numbers") }
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
