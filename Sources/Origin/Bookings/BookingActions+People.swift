import Foundation
import Jobs
import JSON
import Postgres
import Problem
import Scheduling

/// Who takes part in a booking, and who came.
extension BookingActions {
  // MARK: Absence

  struct Absence: Sendable {
    var host: Bool?
    var attendees: [(email: String, absent: Bool)]
  }

  func markAbsent(_ uid: String, _ absence: Absence, by caller: Caller) async throws -> BookingOutcome {
    let booking = try await own(uid, of: caller)
    if booking.start > service.clock.instant {
      throw Problem.badRequest("not_started", "Nobody can be absent before the booking has begun.")
    }
    let marked = try await postgres.transaction { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      try await ledger.markHost(of: booking, absent: absence.host)
      for (email, absent) in absence.attendees {
        if try await !ledger.markAttendee(email, of: booking, absent: absent) {
          throw Problem.badInput(["attendees": "\(email) does not attend this booking"])
        }
      }
      return try await reread([booking], on: transaction)
    }
    return BookingOutcome(views: try await service.views(marked, for: caller), isSeries: false)
  }

  // MARK: Another host

  /// Gives a round robin's booking to another of its hosts: the named one, or the one whose turn it is.
  func reassign(_ uid: String, to userID: Int?, by caller: Caller) async throws -> (
    uid: String, host: Booking.Host
  ) {
    guard let found = try await service.bookings.booking(uid: uid) else { throw Problem.notFound("booking") }
    try await requireAccess(caller, to: found)
    guard let bookable = try await bookable(found), bookable.isRoundRobin else {
      throw Problem.badRequest(
        "not_round_robin", "Only bookings of a round robin can be given to another host.")
    }
    if let userID, !bookable.hosts.contains(where: { $0.role == .pool && $0.person.id == userID }) {
      throw Problem.badRequest("not_a_host", "This user is not one of the hosts who share this event type.")
    }
    let (host, booking) = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      try await ledger.lock(LedgerLock.all(of: bookable) + found.hosts.map { .subject($0.id) })
      let booking = try await ledger.lockedActive(uid)
      let own = bookable.poolHost(of: booking, among: bookable.hosts.indices).map {
        bookable.hosts[$0].person
      }
      guard let old = own ?? booking.hosts.first else { throw BookingProblems.nobodyFree }
      let new = try await successor(of: old, in: booking, userID, bookable, ledger)
      try await ledger.changeHost(of: booking, from: old.id, to: new.id)
      let mails =
        BookingMail.all(.reassigned, hosts: [new.id], attendees: booking.attendees.count)
        + [BookingMail(event: .reassigned, recipient: .departed(.init(host: old)))]
      let revised = mails.map { $0.of(revision: booking.icsSequence + 1) }
      try await ledger.owe(revised, about: uid, of: booking.businessID)
      try await ledger.purge([.host(old.id), .host(new.id)], of: booking.businessID)
      return (new, booking)
    }
    var after = booking
    after.hosts.append(host)
    finish([after])
    return (uid, host)
  }

  private func successor(
    of old: Booking.Host, in booking: Booking, _ userID: Int?, _ bookable: BookableEventType,
    _ ledger: LedgerStore
  ) async throws -> Booking.Host {
    let query = SlotQuery(start: booking.start, zone: .utc, now: Instant(ledger.now))
    let facts = try await service.finder.facts(
      for: query, of: bookable, length: booking.minutes, except: SlotExceptions(bookingUID: booking.uid),
      on: ledger.transaction)
    let generator = bookable.generator(length: booking.minutes, facts: facts)
    let taking = Set(booking.hosts.map(\.id) + [old.id])
    let free = generator.freeHosts(at: booking.start).filter {
      bookable.hosts.indices.contains($0) && !taking.contains(bookable.hosts[$0].person.id)
        && (userID == nil || bookable.hosts[$0].person.id == userID)
    }
    var choice = try await HostChoice(bookable, in: ledger)
    guard let index = choice.best(among: free) else {
      throw userID == nil ? BookingProblems.nobodyFree : BookingProblems.slotTaken
    }
    _ = choice.next(among: [index])
    try await ledger.takeBack(booking)
    try await choice.save(in: ledger, of: bookable.type)
    return bookable.hosts[index].person
  }

  // MARK: More people

  /// No booking has more.
  static let mostGuests = 100

  func addGuests(_ uid: String, _ emails: [String], by caller: Caller) async throws -> BookingOutcome {
    let booking = try await own(uid, of: caller)
    if try await bookable(booking)?.type.disableGuests == true || booking.seats != nil {
      throw Problem.badInput(["guests": "are not taken by this event type"])
    }
    let changed = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      let current = try await ledger.lockedActive(uid)
      var known = Set((current.guests + current.attendees.compactMap(\.email)).map { $0.lowercased() })
      let new = emails.filter { known.insert($0.lowercased()).inserted }
      if current.guests.count + new.count > Self.mostGuests {
        throw Problem.badInput(["guests": "are more than \(Self.mostGuests) then"])
      }
      try await ledger.addGuests(new, to: current)
      let mails = (current.guests.count..<current.guests.count + new.count).map {
        BookingMail(event: .scheduled, recipient: .guest($0))
      }
      if current.status == .accepted { try await ledger.owe(mails, about: uid, of: current.businessID) }
      return try await reread([current], on: transaction)
    }
    service.jobs.wake()
    return BookingOutcome(views: try await service.views(changed, for: caller), isSeries: false)
  }

  func addAttendee(_ uid: String, _ attendee: Booking.Attendee, by caller: Caller) async throws
    -> Booking.Attendee
  {
    let booking = try await own(uid, of: caller)
    if booking.seats != nil {
      throw Problem.badRequest("seats_needed", "A seat is taken by booking it: POST /v2/bookings.")
    }
    try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      let current = try await ledger.lockedActive(uid)
      if let email = attendee.email?.lowercased(),
        current.attendees.contains(where: { $0.email?.lowercased() == email })
      {
        throw Problem.badInput(["email": "attends this booking already"])
      }
      if current.attendees.count >= Self.mostGuests {
        throw Problem.badInput(["email": "there are \(Self.mostGuests) attendees already"])
      }
      let position = try await ledger.add(attendee, at: nil, to: current.id, of: current.businessID)
      if current.status == .accepted {
        try await ledger.owe(
          [BookingMail(event: .scheduled, recipient: .attendee(position))], about: uid, of: current.businessID
        )
      }
    }
    service.jobs.wake()
    return attendee
  }

  // MARK: Place and wishes

  func changeLocation(_ uid: String, to location: JSONValue, by caller: Caller) async throws -> BookingOutcome
  {
    let booking = try await own(uid, of: caller)
    let type = try await bookable(booking)?.type
    let text = try BookingLocation.text(of: location, at: type)
    let changed = try await postgres.transaction { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      if try await !ledger.changeLocation(of: booking, to: text) { throw BookingProblems.inactive(booking) }
      let now = try await reread([booking], on: transaction)
      let mails = now.flatMap { booking in
        BookingMail.all(.rescheduled, of: booking).map { $0.of(revision: booking.icsSequence) }
      }
      try await ledger.owe(mails, about: uid, of: booking.businessID)
      return now
    }
    service.jobs.wake()
    return BookingOutcome(views: try await service.views(changed, for: caller), isSeries: false)
  }

  /// Cancels, and asks the attendees to choose another time.
  func requestReschedule(_ uid: String, reason: String?, by caller: Caller) async throws -> BookingOutcome {
    _ = try await own(uid, of: caller)
    let cancelled = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      let current = try await ledger.lockedActive(uid)
      let change = LedgerStore.Change(
        status: .cancelled, cancellationReason: reason, cancelledByEmail: host(caller, of: current)?.email,
        reschedulingReason: reason)
      return try await close([current], change, in: ledger) { current in
        current.attendees.indices.map { BookingMail(event: .rescheduleRequested, recipient: .attendee($0)) }
      }
    }
    finish(cancelled)
    return BookingOutcome(views: try await service.views(cancelled, for: caller), isSeries: false)
  }

  /// A booking that the caller takes part in, hosts or manages. Attending counts by a confirmed address only.
  func shared(_ uid: String, with caller: Caller) async throws -> Booking {
    guard let booking = try await service.bookings.booking(uid: uid) else {
      throw Problem.notFound("booking")
    }
    if try await service.access(of: caller, to: booking) != nil { return booking }
    guard try await service.bookings.attends(caller.userID, booking) else {
      throw Problem.notFound("booking")
    }
    return booking
  }

  /// A booking that the caller hosts or manages; another's is not there for him.
  func own(_ uid: String, of caller: Caller) async throws -> Booking {
    guard let booking = try await service.bookings.booking(uid: uid),
      try await service.access(of: caller, to: booking) != nil
    else { throw Problem.notFound("booking") }
    return booking
  }
}
