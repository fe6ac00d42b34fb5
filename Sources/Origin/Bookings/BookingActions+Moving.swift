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
    var emailCode: String?
  }

  func move(_ uid: String, _ wish: Move, by caller: Caller?) async throws -> BookingOutcome {
    guard let old = try await service.bookings.booking(uid: uid) else { throw Problem.notFound("booking") }
    guard old.isActive else { throw BookingProblems.inactive(old) }
    try BookingDraft.checkEnd(wish.start + old.minutes * 60)
    guard let bookable = try await bookable(old) else { throw Self.eventTypeGone }
    if bookable.type.disableRescheduling {
      throw Problem.badRequest("rescheduling_disabled", "Bookings of this event type cannot be moved.")
    }
    let notice = bookable.type.rescheduleNotice
    if notice > 0, service.clock.instant + notice * 60 > old.start {
      throw Problem.badRequest(
        "rescheduling_disabled",
        "Bookings of this event type can be moved until \(notice) minutes before they start."
      )
    }
    let asksWhy = bookable.type.bookingFields.contains {
      $0.slug == BookingField.rescheduleReasonSlug && $0.required && !$0.hidden
    }
    if asksWhy, wish.reason?.isEmpty ?? true {
      throw Problem.badInput(["reschedulingReason": "is required by this event type"])
    }
    if old.seats != nil {
      guard let seatUID = wish.seatUID, old.attendees.contains(where: { $0.seatUID == seatUID }) else {
        throw BookingProblems.seatNeeded
      }
    } else if wish.seatUID != nil {
      throw BookingProblems.seatNeeded
    }
    // Its host does not read the attendee's mail.
    if bookable.type.requiresEmailCode, try await access(of: caller, to: old) == nil {
      let mover = old.attendees.first { wish.seatUID == nil || $0.seatUID == wish.seatUID }
      try await service.checkEmail(of: mover, wish.emailCode, for: bookable.type)
    }
    let moved = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      try await ledger.lock(LedgerLock.all(of: bookable) + old.hosts.map { .subject($0.id) })
      return try await place(ledger.lockedActive(uid), wish, bookable, in: ledger)
    } gone: {
      Self.eventTypeGone
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
    let verdict = service.finder.check(query, of: bookable, length: old.minutes, facts: facts)
    if let problem = BookingProblems.problem(for: verdict, now: query.now) { throw problem }
    let free = generator.freeHosts(at: wish.start)
    let own = bookable.poolHost(of: old, among: free)
    if bookable.type.keepsHost, bookable.isRoundRobin, own == nil { throw BookingProblems.slotTaken }
    if let there = facts.seated[wish.start], let attendee {
      // One who had the time for himself does not sit down among others.
      if old.seats == nil { throw BookingProblems.slotTaken }
      return try await changeSeat(of: attendee, old, to: there, wish, bookable, in: ledger)
    }
    var choice = try await own == nil ? HostChoice(bookable, in: ledger) : nil
    let hosts = own.map(bookable.hosts(with:)) ?? choice?.next(among: free) ?? []
    var new = new(old, wish, bookable, hosts: hosts.map(\.person), in: ledger)
    new.id = try await ledger.newIDs(1).first ?? 0
    new.unitIDs = bookable.units(generator, at: wish.start)
    if isWhole {
      try await end(old, movedTo: new.uid, wish, in: ledger)
    } else if let seatUID = wish.seatUID {
      _ = try await ledger.leaveSeat(seatUID, of: old)
    }
    new.origin?.attendees = isWhole ? old.attendees : attendee.map { [$0] } ?? []
    try await ledger.insert([new])
    // After the booking, as everywhere: whoever changes the event type locks it before its hosts.
    if isWhole, bookable.isRoundRobin, own == nil { try await ledger.takeBack(old) }
    try await choice?.save(in: ledger, of: bookable.type)
    try await ledger.purge([old, new.booking(createdAt: ledger.now)].hostTags, of: old.businessID)
    guard let moved = try await BookingStore.booking(uid: new.uid, on: ledger.transaction) else {
      throw Problem.notFound("booking")
    }
    return moved
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
      occupied: type.occupied(wish.start..<end), takesTime: type.takesTime(status), eventTypeID: type.id,
      eventTypeSlug: type.slug, teamSlug: type.team?.slug, hosts: hosts,
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
    if old.attendees.count == 1 {
      try await end(old, movedTo: there.uid, wish, in: ledger)
    } else {
      _ = try await ledger.leaveSeat(attendee.seatUID ?? "", of: old)
    }
    let moved = try await ledger.seat(attendee, in: there, of: bookable.type, owing: .rescheduled)
    try await ledger.purge([old, moved].hostTags, of: old.businessID)
    return moved
  }

  private static let eventTypeGone = Problem.badRequest(
    "not_available", "The event type of this booking does not exist any more.")
}

extension BookableEventType {
  /// The hosts of a round robin's booking that stays with the one at `index`.
  fileprivate func hosts(with index: Int) -> [Host] { [hosts[index]] + hosts.filter { $0.role == .fixed } }
}
