import Foundation
import Jobs
import Postgres
import Problem
import Scheduling

/// What happens to bookings after they are made: api.md 1.5. Each action is one transaction, on rows that nobody else
/// can change before its commit.
struct BookingActions: Sendable {
  let service: BookingService

  var postgres: PostgresClient { service.postgres }

  // MARK: Cancel

  struct Cancellation: Sendable {
    var reason: String?
    var andLater = false
    var seatUID: String?
  }

  func cancel(_ uid: String, _ wish: Cancellation, by caller: Caller?) async throws -> BookingOutcome {
    let (found, isSeries) = try await find(uid)
    let access = try await access(of: caller, to: found[0])
    try await checkCancelling(found[0], wish, by: access)
    if let seatUID = wish.seatUID { return try await leave(seatUID, of: found[0], by: caller) }
    let target = wish.andLater ? found[0].seriesUID ?? uid : uid
    let cancelled = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      let rows = try await ledger.locked(target)
      let active = rows.filter { $0.isActive && (!wish.andLater || $0.start >= found[0].start) }
      guard let first = active.first else { throw BookingProblems.inactive(rows.first ?? found[0]) }
      let email = access == nil ? first.attendees.first?.email : host(caller, of: first)?.email
      return try await close(
        active, .init(status: .cancelled, cancellationReason: wish.reason, cancelledByEmail: email),
        in: ledger
      ) { BookingMail.all(.cancelled, of: $0) }
    }
    finish(cancelled)
    return BookingOutcome(
      views: try await service.views(cancelled, for: caller), isSeries: isSeries || wish.andLater)
  }

  private func checkCancelling(_ booking: Booking, _ wish: Cancellation, by access: BookingService.Access?)
    async throws
  {
    if access != nil, wish.reason?.isEmpty ?? true, wish.seatUID == nil {
      throw Problem.badInput(["cancellationReason": "is required when a host cancels"])
    }
    if booking.seats != nil, wish.seatUID == nil, access == nil {
      throw Problem.unauthorized(
        "auth_required", "Only its host can cancel all seats; send seatUid to give back one of them.")
    }
    if let id = booking.eventTypeID, let type = try await service.finder.catalog.eventType(.id(id))?.type,
      type.disableCancelling
    {
      throw Problem.badRequest("cancelling_disabled", "Bookings of this event type cannot be cancelled.")
    }
  }

  /// The last one who leaves cancels the booking.
  private func leave(_ seatUID: String, of booking: Booking, by caller: Caller?) async throws
    -> BookingOutcome
  {
    let left = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      let current = try await ledger.lockedActive(booking.uid)
      guard let seat = current.attendees.first(where: { $0.seatUID == seatUID }) else {
        throw BookingProblems.seatNeeded
      }
      if current.attendees.count == 1 {
        try await ledger.change(current, .init(status: .cancelled, cancelledByEmail: seat.email))
        try await ledger.free(current)
        try await ledger.takeBack(current)
      } else {
        _ = try await ledger.leaveSeat(seatUID, of: current)
      }
      var mails = current.hosts.map {
        BookingMail(event: .cancelled, recipient: .host($0.id), seatUID: seatUID)
      }
      if let email = seat.email {
        let person = BookingMail.Person(name: seat.name, email: email, timeZone: seat.timeZone, isHost: false)
        mails.append(BookingMail(event: .cancelled, recipient: .departed(person), seatUID: seatUID))
      }
      try await ledger.owe(mails, about: current.uid, of: current.businessID)
      try await ledger.purge([current].hostTags, of: current.businessID)
      return try await reread([current], on: transaction)
    }
    finish(left)
    return BookingOutcome(views: try await service.views(left, for: caller), isSeries: false)
  }

  // MARK: Confirm and decline

  /// Takes the time of a pending booking, or of all of a series.
  func confirm(_ uid: String, by caller: Caller) async throws -> BookingOutcome {
    try await decide(uid, by: caller) { pending, bookable, ledger in
      for booking in pending {
        try await take(booking, of: bookable, in: ledger)
        try await ledger.change(booking, .init(status: .accepted))
        try await ledger.owe(
          BookingMail.all(.scheduled, of: booking), about: booking.uid, of: booking.businessID)
      }
      try await ledger.purge(pending.hostTags, of: pending[0].businessID)
      return try await reread(pending, on: ledger.transaction)
    }
  }

  func decline(_ uid: String, reason: String?, by caller: Caller) async throws -> BookingOutcome {
    try await decide(uid, by: caller) { pending, _, ledger in
      try await close(pending, .init(status: .rejected, rejectionReason: reason), in: ledger) {
        BookingMail.all(.declined, of: $0)
      }
    }
  }

  /// Finds what waits for a word of the host, a whole series at once, and settles it under its locks.
  private func decide(
    _ uid: String, by caller: Caller,
    _ settle: ([Booking], BookableEventType?, LedgerStore) async throws -> [Booking]
  ) async throws -> BookingOutcome {
    let (found, isSeries) = try await find(uid)
    try await requireAccess(caller, to: found[0])
    let bookable = try await bookable(found[0])
    let settled = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      if let bookable { try await ledger.lock(LedgerLock.all(of: bookable)) }
      let pending = try await ledger.locked(found[0].seriesUID ?? uid).filter { $0.status == .pending }
      guard isSeries ? !pending.isEmpty : pending.contains(where: { $0.uid == uid }) else {
        throw BookingProblems.notPending
      }
      return try await settle(pending, bookable, ledger)
    }
    finish(settled)
    // Whoever asked for one of a series sees that one.
    let shown = isSeries ? settled : settled.filter { $0.uid == uid }
    return BookingOutcome(views: try await service.views(shown, for: caller), isSeries: isSeries)
  }

  private func take(_ booking: Booking, of bookable: BookableEventType?, in ledger: LedgerStore) async throws
  {
    // What it takes already, if its event type was one that blocks when it was asked for.
    try await ledger.free(booking)
    let time = booking.start..<booking.end
    let occupied = bookable?.type.occupied(time) ?? time
    var subjects = booking.hosts.map(\.id)
    if let bookable, !bookable.resources.isEmpty {
      let query = SlotQuery(start: booking.start, zone: .utc, now: Instant(ledger.now))
      let facts = try await service.finder.facts(
        for: query, of: bookable, length: booking.minutes, except: SlotExceptions(bookingUID: booking.uid),
        on: ledger.transaction)
      let generator = bookable.generator(length: booking.minutes, facts: facts)
      let units = bookable.units(generator, at: booking.start)
      guard units.count == bookable.resources.reduce(0, { $0 + $1.needed }) else {
        throw BookingProblems.slotTaken
      }
      subjects += units
    }
    try await BookingStore.removeExpiredHolds(
      of: subjects, in: occupied, now: ledger.now, on: ledger.transaction)
    try await ledger.take(subjects, for: booking, occupied)
  }

  // MARK: Steps

  /// A booking, or all of a series.
  func find(_ uid: String) async throws -> ([Booking], isSeries: Bool) {
    if let single = try await service.bookings.booking(uid: uid) { return ([single], false) }
    let series = try await service.bookings.series(uid: uid)
    if series.isEmpty { throw Problem.notFound("booking") }
    return (series, true)
  }

  func access(of caller: Caller?, to booking: Booking) async throws -> BookingService.Access? {
    guard let caller else { return nil }
    return try await service.access(of: caller, to: booking)
  }

  /// Its host, and who manages its business; everybody else is told that it is not his to decide.
  @discardableResult
  func requireAccess(_ caller: Caller, to booking: Booking) async throws -> BookingService.Access {
    guard let access = try await service.access(of: caller, to: booking) else {
      throw Problem.forbidden("Only its host, or who manages the business, can do this to a booking.")
    }
    return access
  }

  func bookable(_ booking: Booking) async throws -> BookableEventType? {
    guard let id = booking.eventTypeID else { return nil }
    return try await service.finder.catalog.eventType(.id(id))
  }

  func host(_ caller: Caller?, of booking: Booking) -> Booking.Host? {
    booking.hosts.first { $0.id == caller?.userID } ?? booking.hosts.first
  }

  /// Ends bookings that `locked` gave: their time is free, they count for nobody, and who is concerned hears of it.
  func close(
    _ bookings: [Booking], _ change: LedgerStore.Change, in ledger: LedgerStore,
    owing mails: (Booking) -> [BookingMail]
  ) async throws -> [Booking] {
    for booking in bookings {
      try await ledger.change(booking, change)
      try await ledger.free(booking)
      try await ledger.takeBack(booking)
      try await ledger.owe(mails(booking), about: booking.uid, of: booking.businessID)
    }
    try await ledger.purge(bookings.hostTags, of: bookings[0].businessID)
    return try await reread(bookings, on: ledger.transaction)
  }

  func reread(_ bookings: [Booking], on transaction: PostgresTransaction) async throws -> [Booking] {
    var read: [Booking] = []
    for booking in bookings {
      guard let now = try await BookingStore.booking(uid: booking.uid, on: transaction) else { continue }
      read.append(now)
    }
    return read
  }

  func finish(_ bookings: [Booking]) {
    service.jobs.wake()
    for booking in bookings { service.tell(booking, type: nil) }
  }
}
