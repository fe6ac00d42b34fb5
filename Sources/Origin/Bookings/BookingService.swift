import Foundation
import Jobs
import JSON
import Postgres
import Problem
import Scheduling

/// Books, and tells who may see what. Checks with the function that lists the slots; what a check could not see, the
/// exclusion constraint refuses. What happens to bookings afterwards is in `BookingActions`.
struct BookingService: Sendable {
  let postgres: PostgresClient
  let finder: SlotFinder
  let bookings: BookingStore
  let teams: TeamStore
  let jobs: JobStore
  let feed: AvailabilityFeed
  let clock: OriginClock
  /// The host part of iCalendar UIDs.
  let publicHost: String

  // MARK: Book

  /// What was booked, and how the booker may see it.
  enum Booked: Sendable {
    case new(BookingOutcome)
    /// The same request was answered before.
    case answered(IdempotencyKey.Answer)
  }

  func book(_ request: BookingRequest, by caller: Caller?, key: IdempotencyKey? = nil) async throws -> Booked
  {
    let bookable = try await finder.eventType(request.eventType).restricted(to: request.hostIDs)
    // Before anything is checked: the event type may take no such request any more.
    if let key,
      let known = try await key.answer(in: bookable.type.businessID, now: clock.now, on: postgres)
    {
      return .answered(known)
    }
    try await admit(caller, to: bookable)
    let overrides = try await overrides(request.overrides, of: bookable, by: caller)
    var request = request
    if let caller, let email = request.attendee.email,
      try await bookings.isAddress(email, of: caller.userID)
    {
      request.attendee.userID = caller.userID
    }
    let draft = try BookingDraft(request, of: bookable, overrides: overrides)
    try await checkEmail(of: request.attendee, request.emailCode, for: bookable.type)
    let reader = try await reader(caller, of: bookable.type)
    let outcome = { @Sendable (placed: [BookingDesk.Placed]) in BookingOutcome(placed, of: draft, for: reader)
    }
    if draft.isPlain, key == nil {
      let placed = try await bookPlainly(draft)
      finish([placed], of: bookable.type)
      return .new(outcome([placed]))
    }
    let result = try await BookingDesk(self, key: key).book(draft) {
      IdempotencyKey.Answer(status: 201, body: outcome($0).body)
    }
    switch result {
    case .answered(let answer): return .answered(answer)
    case .placed(let placed):
      finish(placed, of: bookable.type)
      return .new(outcome(placed))
    }
  }

  private func finish(_ placed: [BookingDesk.Placed], of type: EventType) {
    jobs.wake()
    for item in placed { tell(item.booking, type: type) }
  }

  /// The usual case: one round trip to look, one to write.
  private func bookPlainly(_ draft: BookingDraft) async throws -> BookingDesk.Placed {
    let start = draft.starts[0]
    let verdict = try await finder.check(start, of: draft.bookable, length: draft.length, zone: draft.zone)
    if let problem = BookingProblems.problem(for: verdict, now: clock.instant) { throw problem }
    let now = clock.now
    var new = draft.booking(
      at: start, hosts: draft.bookable.hosts.map(\.person), now: Instant(now), publicHost: publicHost)
    if let id = try await bookings.createRetrying(new, now: now) {
      new.id = id
      return BookingDesk.Placed(booking: new.booking(createdAt: now))
    }
    // An expired hold may be all that is in the way; it is nobody's, so it goes, and whoever is quicker has the time.
    guard try await bookings.removeExpiredHolds(of: new.subjectIDs, in: new.occupied, now: now),
      let id = try await bookings.createRetrying(new, now: now)
    else { throw BookingProblems.slotTaken }
    new.id = id
    return BookingDesk.Placed(booking: new.booking(createdAt: now))
  }

  /// Looks up what the caller is in the business only where that decides.
  private func reader(_ caller: Caller?, of type: EventType) async throws -> SeatReader {
    guard let seats = type.seats, !seats.showsAttendees, let caller else {
      return SeatReader(isShown: type.seats?.showsAttendees ?? true)
    }
    let role = try await teams.role(of: caller.userID, in: type.businessID)
    return SeatReader(isShown: role?.managesTeam == true, userID: caller.userID)
  }

  private func admit(_ caller: Caller?, to bookable: BookableEventType) async throws {
    guard bookable.type.requiresAuthentication else { return }
    guard let caller else { throw BookingProblems.authRequired }
    if bookable.hosts.contains(where: { $0.person.id == caller.userID }) { return }
    guard try await teams.role(of: caller.userID, in: bookable.type.businessID) != nil else {
      throw Problem.forbidden("This event type is booked by its own people only.")
    }
  }

  /// Where the event type asks for it, the attendee has to read the mail of his address.
  func checkEmail(of attendee: Booking.Attendee?, _ code: String?, for type: EventType) async throws {
    guard type.requiresEmailCode else { return }
    guard let email = attendee?.email else { throw EmailCodeProblems.noAddress }
    guard let code else { throw EmailCodeProblems.required }
    let isRight = try await EmailCodeStore(postgres).check(
      EmailCode(email: email, text: code), now: clock.now)
    if !isRight { throw EmailCodeProblems.wrong() }
  }

  private func overrides(_ asked: BookingOverrides, of bookable: BookableEventType, by caller: Caller?)
    async throws -> BookingOverrides
  {
    guard asked != .none, let caller else { return .none }
    if bookable.hosts.contains(where: { $0.person.id == caller.userID }) { return asked }
    let role = try await teams.role(of: caller.userID, in: bookable.type.businessID)
    return role?.managesTeam == true ? asked : .none
  }

  // MARK: Tell

  /// News of a booking that came, went or moved; with its buffers, which other event types feel.
  func tell(_ booking: Booking, type: EventType?) {
    let (before, after) = type.map { ($0.beforeBuffer * 60, $0.afterBuffer * 60) } ?? (86_400, 86_400)
    for host in booking.hosts {
      feed.hostChanged(host.id, from: booking.start - before, to: booking.end + after)
    }
  }

  // MARK: Read

  /// A booking, or all of a series, for whoever knows its name.
  func read(_ uid: String, by caller: Caller?) async throws -> BookingOutcome {
    if let booking = try await bookings.booking(uid: uid) {
      return BookingOutcome(views: [try await view(booking, for: caller)], isSeries: false)
    }
    let series = try await bookings.series(uid: uid)
    guard !series.isEmpty else { throw Problem.notFound("booking") }
    return BookingOutcome(views: try await views(series, for: caller), isSeries: true)
  }

  func read(seatUID: String, by caller: Caller?) async throws -> BookingView {
    guard let booking = try await bookings.booking(seatUID: seatUID) else { throw Problem.notFound("seat") }
    var view = try await view(booking, for: caller)
    view.seatUID = seatUID
    view.showsOwnSeatOnly = true
    return view
  }

  func views(_ list: [Booking], for caller: Caller?) async throws -> [BookingView] {
    var roles: [Int: MembershipRole?] = [:]
    var views: [BookingView] = []
    for booking in list { views.append(try await view(booking, for: caller, roles: &roles)) }
    return views
  }

  func view(_ booking: Booking, for caller: Caller?) async throws -> BookingView {
    var roles: [Int: MembershipRole?] = [:]
    return try await view(booking, for: caller, roles: &roles)
  }

  /// Who sits beside whom is for the business, unless its event type shows it to all.
  /// - Parameter roles: what the caller is in the businesses that were looked up already.
  private func view(_ booking: Booking, for caller: Caller?, roles: inout [Int: MembershipRole?]) async throws
    -> BookingView
  {
    guard booking.seats != nil else { return BookingView(booking: booking) }
    if let id = booking.eventTypeID, let type = try await finder.catalog.eventType(.id(id))?.type,
      type.seats?.showsAttendees == true
    {
      return BookingView(booking: booking)
    }
    guard let caller else { return BookingView(booking: booking, showsAttendees: false) }
    if booking.hosts.contains(where: { $0.id == caller.userID }) { return BookingView(booking: booking) }
    let role: MembershipRole?
    if let known = roles[booking.businessID] {
      role = known
    } else {
      role = try await teams.role(of: caller.userID, in: booking.businessID)
      roles[booking.businessID] = .some(role)
    }
    return BookingView(booking: booking, showsAttendees: role?.managesTeam == true)
  }

  /// What somebody is to a booking.
  enum Access: Sendable { case host, manager }

  /// Nil for who is neither its host nor manages its business.
  func access(of caller: Caller, to booking: Booking) async throws -> Access? {
    if try await teams.role(of: caller.userID, in: booking.businessID)?.managesTeam == true {
      return .manager
    }
    return booking.hosts.contains { $0.id == caller.userID } ? .host : nil
  }
}
