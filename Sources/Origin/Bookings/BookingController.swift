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
  /// What links start with.
  let publicURL: String

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/bookings")
    group.post("", use: create)
    group.get("", use: list)
    router.get("/v2/me/bookings", use: listOwn)
    group.get("by-seat/:seatUid", use: readSeat)
    group.get(":uid", use: read)
    group.post(":uid/cancel", use: cancel)
    group.post(":uid/reschedule", use: reschedule)
    group.post(":uid/confirm", use: confirm)
    group.post(":uid/decline", use: decline)
    group.post(":uid/mark-absent", use: markAbsent)
    group.post(":uid/reassign", use: reassign)
    group.post(":uid/reassign/:userId", use: reassign)
    group.post(":uid/request-reschedule", use: requestReschedule)
    group.get(":uid/attendees", use: attendees)
    group.post(":uid/attendees", use: addAttendee)
    group.post(":uid/guests", use: addGuests)
    group.patch(":uid/location", use: changeLocation)
    group.patch(":uid/hosts", use: changeHosts)
    group.get(":uid/calendar-links", use: calendarLinks)
    group.get(":uid/explain", use: explain)
    // No calendar has an entry, and no call is recorded, by this version.
    for nothing in ["references", "recordings", "transcripts", "conferencing-sessions"] {
      group.get(":uid/\(nothing)", use: none)
    }
  }

  private var actions: BookingActions { BookingActions(service: service) }

  // MARK: Book and read

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    var wanted = input.booking()
    try input.check()
    wanted.reservationUID = wanted.reservationUID ?? ReservationCookie.uid(in: request)
    let key = try IdempotencyKey(request, body: input.bytes, caller: context.caller)
    switch try await service.book(wanted, by: context.caller, key: key) {
    case .new(let outcome): return outcome.response(.created)
    case .answered(let answer): return Response(json: answer.body, status: .init(code: answer.status))
    }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let outcome = try await service.read(context.text("uid"), by: context.caller)
    return .success { outcome.write(to: &$0) }
  }

  @Sendable func readSeat(_ request: Request, context: OriginContext) async throws -> Response {
    let view = try await service.read(seatUID: context.text("seatUid"), by: context.caller)
    return .success { view.write(to: &$0) }
  }

  // MARK: Change

  @Sendable func cancel(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let wish = BookingActions.Cancellation(
      reason: input.optionalText("cancellationReason", 0...2000),
      andLater: input.optionalBool("cancelSubsequentBookings") ?? false,
      seatUID: input.optionalText("seatUid", 1...100))
    try input.check()
    return try await actions.cancel(context.text("uid"), wish, by: context.caller).response()
  }

  @Sendable func reschedule(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let wish = BookingActions.Move(
      start: input.instant("start"), reason: input.optionalText("reschedulingReason", 0...2000),
      byEmail: input.optionalEmail("rescheduledBy"), seatUID: input.optionalText("seatUid", 1...100),
      emailCode: input.optionalText("emailVerificationCode", 1...100))
    try input.check()
    return try await actions.move(context.text("uid"), wish, by: context.caller).response(.created)
  }

  @Sendable func confirm(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    return try await actions.confirm(context.text("uid"), by: caller).response()
  }

  @Sendable func decline(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.optionalJSONInput()
    let reason = input.optionalText("reason", 0...2000)
    try input.check()
    return try await actions.decline(context.text("uid"), reason: reason, by: caller).response()
  }

  @Sendable func markAbsent(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let host = input.optionalBool("host")
    let attendees = input.objects("attendees", max: 1000) { input in
      let absent = input.optionalBool("absent")
      if absent == nil { input.mistake("absent", "is required") }
      return (email: input.email("email"), absent: absent ?? false)
    }
    if attendees?.isEmpty == true { input.mistake("attendees", "must not be empty") }
    if host == nil, attendees == nil { input.mistake("host", "is required, or attendees") }
    try input.check()
    let absence = BookingActions.Absence(host: host, attendees: attendees ?? [])
    return try await actions.markAbsent(context.text("uid"), absence, by: caller).response()
  }

  @Sendable func reassign(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let userID = context.parameters.get("userId") == nil ? nil : try context.id("userId", of: "user")
    var input = try await request.optionalJSONInput()
    _ = input.optionalText("reason", 0...2000)
    try input.check()
    let (uid, host) = try await actions.reassign(context.text("uid"), to: userID, by: caller)
    return .success { json in
      json.object { json in
        json.member("bookingUid", uid)
        json.object("reassignedTo") { json in
          json.member("id", host.id)
          json.member("name", host.name)
          json.member("email", host.email)
          json.member("displayEmail", host.email)
        }
      }
    }
  }

  @Sendable func requestReschedule(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.optionalJSONInput()
    let reason =
      input.optionalText("rescheduleReason", 0...2000) ?? input.optionalText("reason", 0...2000)
    try input.check()
    return try await actions.requestReschedule(context.text("uid"), reason: reason, by: caller).response()
  }

  // MARK: People and place

  @Sendable func attendees(_ request: Request, context: OriginContext) async throws -> Response {
    let booking = try await actions.own(context.text("uid"), of: try context.requireCaller())
    return .success { json in
      json.array(booking.attendees) { $1.write(to: &$0, isSeat: booking.seats != nil) }
    }
  }

  @Sendable func addAttendee(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let attendee = input.attendee()
    try input.check()
    let added = try await actions.addAttendee(context.text("uid"), attendee, by: caller)
    return .success(.created) { added.write(to: &$0, isSeat: false) }
  }

  @Sendable func addGuests(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let guests = input.guests("guests")
    try input.check()
    return try await actions.addGuests(context.text("uid"), guests, by: caller).response()
  }

  @Sendable func changeLocation(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let location = input.location("location")
    if location == nil { input.mistake("location", "is required") }
    try input.check()
    return try await actions.changeLocation(context.text("uid"), to: location ?? .null, by: caller).response()
  }

  @Sendable func changeHosts(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let changes = input.hostChanges("hosts")
    try input.check()
    return try await actions.changeHosts(context.text("uid"), changes, by: caller).response()
  }

  // MARK: Around it

  /// For who takes part in it or manages it.
  @Sendable func calendarLinks(_ request: Request, context: OriginContext) async throws -> Response {
    let booking = try await actions.shared(context.text("uid"), with: try context.requireCaller())
    guard booking.eventTypeID != nil else {
      throw Problem.badRequest("no_event_type", "The event type of this booking does not exist any more.")
    }
    let links = BookingLinks.all(for: booking, url: "\(publicURL)/booking/\(booking.uid)")
    return .success { json in
      json.array(links) { json, item in
        json.object { json in
          json.member("label", item.label)
          json.member("link", item.link)
        }
      }
    }
  }

  @Sendable func explain(_ request: Request, context: OriginContext) async throws -> Response {
    let booking = try await actions.own(context.text("uid"), of: try context.requireCaller())
    var input = try request.queryInput()
    let start = input.optionalInstant("start") ?? booking.start
    try input.check()
    guard let bookable = try await actions.bookable(booking) else {
      throw Problem.badRequest("no_event_type", "The event type of this booking does not exist any more.")
    }
    let zone = booking.attendees.first.flatMap { ZoneRules.named($0.timeZone) } ?? .utc
    let explanation = try await service.finder.explain(
      start, of: bookable, length: booking.minutes, zone: zone,
      except: SlotExceptions(bookingUID: booking.uid))
    return .success { explanation.write(to: &$0) }
  }

  @Sendable func none(_ request: Request, context: OriginContext) async throws -> Response {
    _ = try await actions.own(context.text("uid"), of: try context.requireCaller())
    return .success { $0.array([Int]()) { $0.int($1) } }
  }

  // MARK: List

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    try await listed(request, context, attending: false)
  }

  /// The customer's side of it.
  @Sendable func listOwn(_ request: Request, context: OriginContext) async throws -> Response {
    try await listed(request, context, attending: true)
  }

  private func listed(_ request: Request, _ context: OriginContext, attending: Bool) async throws -> Response
  {
    let caller = try context.requireCaller()
    var input = try request.queryInput()
    let filter = input.bookingFilter()
    try input.check()
    let (page, total) = try await lists.bookings(
      of: caller.userID, filter, attending: attending, now: clock.now)
    let views = try await service.views(page, for: caller)
    return .enveloped(.ok) { json in
      json.array("data", views) { $1.write(to: &$0) }
      json.object("pagination") {
        Page(take: filter.take, skip: filter.skip, total: total).write(page.count, to: &$0)
      }
    }
  }
}

extension Input {
  /// Addresses, or objects with an address, as clients of either form send them.
  fileprivate mutating func guests(_ key: String) -> [String] {
    let elements = array(key, max: 30) ?? []
    if elements.isEmpty { mistake(key, "must name at least one guest") }
    return elements.enumerated().compactMap { index, element in
      guard let email = element.string ?? element["email"]?.string, EmailAddress.isPlausible(email) else {
        mistake("\(key).\(index)", "must be an e-mail address")
        return nil
      }
      return email
    }
  }
  /// `[{action: add|remove, userId or usernameOrEmail}]`
  fileprivate mutating func hostChanges(_ key: String) -> [BookingActions.HostChange] {
    let changes = objects(key, max: 50) { input in
      let action = input.choice("action", of: ["add", "remove"])
      if action == nil { input.mistake("action", "is required: add or remove") }
      let change = BookingActions.HostChange(
        isAddition: action == "add", userID: input.optionalInt("userId", 1...Int.max),
        name: input.optionalText("usernameOrEmail", 1...254))
      if change.userID == nil, change.name == nil {
        input.mistake("userId", "is required, or usernameOrEmail")
      }
      return change
    }
    if changes?.isEmpty ?? true { mistake(key, "must name at least one change") }
    return changes ?? []
  }
}
