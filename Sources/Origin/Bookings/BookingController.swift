import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem
import Scheduling

/// Bookings: api.md 1.3 to 1.5.
struct BookingController: Sendable {
  let service: BookingService
  let lists: BookingListStore
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/bookings")
    group.post("", use: create)
    group.get("", use: list)
    group.get(":uid", use: read)
    group.post(":uid/cancel", use: cancel)
    group.post(":uid/reschedule", use: reschedule)
  }

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let wanted = input.booking()
    try input.check()
    let booking = try await service.book(wanted)
    return .success(.created, headers: booking.purging) { booking.write(to: &$0) }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let booking = try await service.booking(context.text("uid"))
    return .success { booking.write(to: &$0) }
  }

  @Sendable func cancel(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let reason = input.optionalText("cancellationReason", 0...2000)
    // A single booking has no later ones; the flag is the series' business.
    _ = input.optionalBool("cancelSubsequentBookings")
    try input.check()
    let booking = try await service.cancel(context.text("uid"), reason: reason, by: context.caller)
    return .success(headers: booking.purging) { booking.write(to: &$0) }
  }

  @Sendable func reschedule(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let start = input.instant("start")
    let reason = input.optionalText("reschedulingReason", 0...2000)
    let byEmail = input.optionalEmail("rescheduledBy")
    try input.check()
    let booking = try await service.move(context.text("uid"), to: start, reason: reason, byEmail: byEmail)
    return .success(.created, headers: booking.purging) { booking.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try request.queryInput()
    let filter = input.bookingFilter()
    try input.check()
    let (page, total) = try await lists.bookings(of: caller.userID, filter, now: clock.now)
    return .enveloped(.ok) { json in
      json.array("data", page) { $1.write(to: &$0) }
      json.object("pagination") {
        Page(take: filter.take, skip: filter.skip, total: total).write(page.count, to: &$0)
      }
    }
  }
}

extension Booking {
  /// What a change of it makes wrong in stored answers: the free times of its hosts, in all their event types.
  fileprivate var purging: HTTPFields { .purging(hosts.map { .host($0.id) }) }
}

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
