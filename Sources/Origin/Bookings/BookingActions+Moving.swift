import Foundation
import Jobs
import JSON
import Postgres
import Problem
import Scheduling

/// Moving a booking: the old one is cancelled and points at a new one, in one transaction, so that it may land on its
/// own old time and is never at both or neither.
extension BookingActions {
  struct Move: Sendable {
    var start: Instant
    var reason: String?
    var byEmail: String?
    var seatUID: String?
  }

  func move(_ uid: String, _ wish: Move, by caller: Caller?) async throws -> BookingOutcome {
    guard let old = try await service.bookings.booking(uid: uid) else { throw Problem.notFound("booking") }
    guard old.isActive else { throw BookingProblems.inactive(old) }
    guard let bookable = try await bookable(old) else {
      throw Problem.badRequest("not_available", "The event type of this booking does not exist any more.")
    }
    if bookable.type.disableRescheduling {
      throw Problem.badRequest("rescheduling_disabled", "Bookings of this event type cannot be moved.")
    }
    if old.seats != nil {
      guard let seatUID = wish.seatUID, old.attendees.contains(where: { $0.seatUID == seatUID }) else {
        throw BookingProblems.seatNeeded
      }
    } else if wish.seatUID != nil {
      throw BookingProblems.seatNeeded
    }
    let moved = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      try await ledger.lock(LedgerLock.all(of: bookable) + old.hosts.map { .subject($0.id) })
      guard let current = try await ledger.locked(uid).first else { throw Problem.notFound("booking") }
      guard current.isActive else { throw BookingProblems.inactive(current) }
      return try await place(current, wish, bookable, in: ledger)
    }
    service.jobs.wake()
    service.tell(old, type: bookable.type)
    service.tell(moved, type: bookable.type)
    var view = try await service.view(moved, for: caller)
    view.seatUID = wish.seatUID
    return BookingOutcome(views: [view], isSeries: false)
  }

  private func place(
    _ old: Booking, _ wish: Move, _ bookable: BookableEventType, in ledger: LedgerStore
  ) async throws -> Booking {
    let attendee = old.attendees.first { $0.seatUID == wish.seatUID } ?? old.attendees.first
    let zone = attendee.flatMap { ZoneRules.named($0.timeZone) } ?? .utc
    let query = SlotQuery(start: wish.start, zone: zone, now: Instant(ledger.now))
    // Others keep their seats, and the time with them.
    let isWhole = old.seats == nil || old.attendees.count == 1
    let facts = try await service.finder.facts(
      for: query, of: bookable, length: old.minutes,
      except: SlotExceptions(bookingUID: isWhole ? old.uid : nil), on: ledger.transaction)
    let generator = bookable.generator(length: old.minutes, facts: facts)
    let free = try checked(
      service.finder.check(query, of: bookable, length: old.minutes, facts: facts), generator, old, bookable,
      at: wish.start, in: ledger)
    if let there = facts.seated[wish.start], let attendee {
      return try await changeSeat(of: attendee, old, to: there, wish, bookable, in: ledger)
    }
    let (hosts, isSame) = try await hosts(old, bookable, free: free, in: ledger)
    var new = new(old, wish, bookable, hosts: hosts, in: ledger)
    new.id = try await ledger.newIDs(1).first ?? 0
    new.unitIDs = bookable.units(generator, at: wish.start)
    if isWhole {
      try await end(old, movedTo: new.uid, wish, in: ledger)
      if !isSame { try await ledger.takeBack(old) }
    } else if let seatUID = wish.seatUID {
      _ = try await ledger.leaveSeat(seatUID, of: old)
    }
    new.origin?.attendees = isWhole ? old.attendees : attendee.map { [$0] } ?? []
    try await ledger.insert([new])
    try await ledger.purge(tags(of: [old, new.booking(createdAt: ledger.now)]), of: old.businessID)
    guard let moved = try await BookingStore.booking(uid: new.uid, on: ledger.transaction) else {
      throw Problem.notFound("booking")
    }
    return moved
  }

  /// Who is free at the new time.
  private func checked(
    _ verdict: SlotVerdict, _ generator: SlotGenerator, _ old: Booking, _ bookable: BookableEventType,
    at start: Instant, in ledger: LedgerStore
  ) throws(Problem) -> [Int] {
    if let problem = BookingProblems.problem(for: verdict, now: Instant(ledger.now)) { throw problem }
    let free = generator.freeHosts(at: start)
    if bookable.type.keepsHost, bookable.isRoundRobin {
      let isFree = free.contains { index in
        bookable.hosts.indices.contains(index) && bookable.hosts[index].role == .pool
          && old.hosts.contains { $0.id == bookable.hosts[index].person.id }
      }
      if !isFree { throw BookingProblems.slotTaken }
    }
    return free
  }

  /// Of a round robin the host he had, where that one is free; else the one whose turn it is.
  private func hosts(_ old: Booking, _ bookable: BookableEventType, free: [Int], in ledger: LedgerStore)
    async throws -> (hosts: [Booking.Host], isSame: Bool)
  {
    guard bookable.isRoundRobin else { return (bookable.hosts.map(\.person), true) }
    let fixed = bookable.hosts.filter { $0.role == .fixed }.map(\.person)
    let own = free.first { index in
      bookable.hosts.indices.contains(index) && bookable.hosts[index].role == .pool
        && old.hosts.contains { $0.id == bookable.hosts[index].person.id }
    }
    if let own { return ([bookable.hosts[own].person] + fixed, true) }
    var choice = try await HostChoice(bookable, in: ledger)
    let chosen = choice.next(among: free).map(\.person)
    try await choice.save(in: ledger, of: bookable.type)
    return (chosen, false)
  }

  private func new(
    _ old: Booking, _ wish: Move, _ bookable: BookableEventType, hosts: [Booking.Host], in ledger: LedgerStore
  ) -> NewBooking {
    let type = bookable.type
    let end = wish.start + old.minutes * 60
    let status = status(wish, of: type, hosts, now: Instant(ledger.now))
    return NewBooking(
      businessID: old.businessID, uid: BookingUID.make(businessID: old.businessID), title: old.title,
      description: old.description, status: status, start: wish.start, end: end,
      occupied: wish.start - type.beforeBuffer * 60..<end + type.afterBuffer * 60,
      takesTime: status == .accepted || type.confirmation?.blocks == true, eventTypeID: type.id,
      eventTypeSlug: type.slug, hosts: hosts,
      attendee: old.attendees.first ?? Booking.Attendee(name: "", timeZone: "UTC", language: "en"),
      guests: old.guests, location: old.location, metadata: old.metadata, responses: old.responses,
      seriesUID: old.seriesUID, seats: old.seats.map { _ in type.seats?.perSlot ?? 1 }, icsUID: old.icsUID,
      icsSequence: old.icsSequence + 1,
      origin: .init(uid: old.uid, reason: wish.reason, byEmail: wish.byEmail, attendees: old.attendees),
      mails: BookingMail.all(
        status == .pending ? .requested : .rescheduled, hosts: hosts.map(\.id),
        attendees: old.seats == nil ? old.attendees.count : 1, guests: old.guests.count,
        seatUID: wish.seatUID))
  }

  /// The host moves it on his own word; whoever else moves it asks again.
  private func status(_ wish: Move, of type: EventType, _ hosts: [Booking.Host], now: Instant)
    -> Booking.Status
  {
    guard let policy = type.confirmation, policy.asks(for: wish.start, now: now) else { return .accepted }
    let email = wish.byEmail?.lowercased()
    return hosts.contains { $0.email.lowercased() == email } ? .accepted : .pending
  }

  private func end(_ old: Booking, movedTo uid: String, _ wish: Move, in ledger: LedgerStore) async throws {
    try await ledger.change(
      old,
      .init(
        status: .cancelled, reschedulingReason: wish.reason, rescheduledByEmail: wish.byEmail,
        rescheduledToUID: uid))
    try await ledger.free(old)
    // A seat is known by its name, which goes along.
    try await ledger.forgetSeats(of: old)
  }

  /// Into a booking that is there at the new time.
  private func changeSeat(
    of attendee: Booking.Attendee, _ old: Booking, to there: SeatedBooking, _ wish: Move,
    _ bookable: BookableEventType, in ledger: LedgerStore
  ) async throws -> Booking {
    guard
      try await ledger.takeSeat(in: there.id, of: old.businessID, seats: bookable.type.seats?.perSlot ?? 0)
    else { throw try await ledger.whyNoSeat(in: there.uid) }
    if old.attendees.count == 1 {
      try await end(old, movedTo: there.uid, wish, in: ledger)
    } else {
      _ = try await ledger.leaveSeat(attendee.seatUID ?? "", of: old)
    }
    do {
      try await ledger.add(attendee, at: nil, to: there.id, of: old.businessID)
    } catch let error as PostgresError
      where error.isUniqueViolation(constraint: "booking_attendees_seat_email_key")
    {
      throw BookingProblems.alreadyBooked
    }
    guard let moved = try await BookingStore.booking(uid: there.uid, on: ledger.transaction) else {
      throw Problem.notFound("booking")
    }
    let mails = BookingMail.all(.rescheduled, hosts: moved.hosts.map(\.id), seatUID: attendee.seatUID)
    try await ledger.owe(mails, about: moved.uid, of: moved.businessID)
    try await ledger.purge(tags(of: [old, moved]), of: old.businessID)
    return moved
  }
}
