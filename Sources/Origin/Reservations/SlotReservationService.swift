import Foundation
import JSON
import Postgres
import Problem
import Scheduling

/// Keeps slots for people who are about to book. What can be reserved is what can be booked.
struct SlotReservationService: Sendable {
  let postgres: PostgresClient
  let finder: SlotFinder
  let teams: TeamStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  struct Wish: Sendable {
    var eventTypeID: Int
    var start: Instant
    var length: Int?
    /// For how long, in minutes; nil is as usual.
    var duration: Int?
  }

  static let usualDuration = 5

  // MARK: Reserve

  /// - Parameter old: one that is given up for it.
  func reserve(_ wish: Wish, by caller: Caller?, insteadOf old: String? = nil) async throws -> SlotReservation
  {
    let bookable = try await finder.eventType(.id(wish.eventTypeID))
    try await checkDuration(wish, of: bookable, by: caller)
    if bookable.type.schedulingType == .managed { throw BookingProblems.managed }
    if bookable.hosts.isEmpty {
      throw Problem.badRequest("no_hosts", "Nobody takes bookings of this event type yet.")
    }
    let length = try BookingDraft.length(asked: wish.length, of: bookable, field: "slotDuration")
    try BookingDraft.checkEnd(wish.start + length * 60, field: "slotStart")
    let (new, freed) = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: clock.now)
      try await ledger.lock(LedgerLock.all(of: bookable) + (old.map { [.reservation($0)] } ?? []))
      var freed: SlotReservationStore.Removed?
      if let old {
        freed = try await SlotReservationStore.remove(old, on: transaction)
        // Given back or booked a moment ago: it does not come to life again.
        if freed == nil { throw Problem.notFound("reservation") }
      }
      return (try await take(wish, length, old, bookable, in: ledger), freed)
    } taken: {
      Self.alreadyBooked
    }
    tell(bookable, new.start..<new.end)
    if let freed { try await tell(freed) }
    return new
  }

  private func take(
    _ wish: Wish, _ length: Int, _ old: String?, _ bookable: BookableEventType, in ledger: LedgerStore
  ) async throws -> SlotReservation {
    let facts = try await facts(wish, length, old, bookable, in: ledger)
    let type = bookable.type
    let isSeat = type.seats != nil
    // Its name says whose it is: moved to another business it gets another one.
    let kept = old.flatMap { ReservationUID.businessID(of: $0) == type.businessID ? $0 : nil }
    let new = SlotReservation(
      uid: kept ?? ReservationUID.make(businessID: type.businessID), eventTypeID: type.id, start: wish.start,
      end: wish.start + length * 60,
      until: Instant(ledger.now) + (wish.duration ?? Self.usualDuration) * 60)
    let generator = bookable.generator(length: length, facts: facts)
    var choice = try await HostChoice(bookable, in: ledger)
    let free = try await hostsNobodyAsked(generator.freeHosts(at: wish.start), new, bookable, in: ledger)
    let hosts = choice.next(among: free).map(\.person.id)
    if hosts.isEmpty { throw Self.alreadyBooked }
    let subjects = isSeat ? [] : hosts + bookable.units(generator, at: wish.start)
    let occupied = type.occupied(new.start..<new.end)
    try await BookingStore.removeExpiredHolds(
      of: subjects, in: occupied, now: ledger.now, on: ledger.transaction)
    try await SlotReservationStore.insert(
      new, of: type, subjectIDs: subjects, occupied: occupied, isSeat: isSeat, now: ledger.now,
      on: ledger.transaction)
    try await ledger.purge([.eventType(type.id)] + hosts.map { .host($0) }, of: type.businessID)
    return new
  }

  /// Clocks differ by whole, half and three quarter hours and by a day: together these list all that any zone lists.
  private static let zones: [ZoneRules] =
    [.utc]
    + ["Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago"].compactMap(
      ZoneRules.named)

  /// What is known when the slot can be taken. A reservation does not say in whose zone its slot was listed, so it may
  /// be on the grid of any; the booking knows.
  private func facts(
    _ wish: Wish, _ length: Int, _ old: String?, _ bookable: BookableEventType, in ledger: LedgerStore
  ) async throws -> SlotFacts {
    var refusal = SlotVerdict.notAvailable
    for zone in Self.zones {
      let query = SlotQuery(start: wish.start, zone: zone, now: Instant(ledger.now))
      let facts = try await finder.facts(
        for: query, of: bookable, length: length, except: SlotExceptions(reservationUID: old),
        on: ledger.transaction)
      let verdict = finder.check(query, of: bookable, length: length, facts: facts)
      if case .available = verdict { return facts }
      if zone.identifier == ZoneRules.utc.identifier { refusal = verdict }
      guard verdict == .notAvailable || verdict == .outOfBounds else { break }
    }
    try check(refusal, now: Instant(ledger.now))
    return SlotFacts()
  }

  /// Of the free hosts those whom no pending booking of this event type asks for: it may become theirs at any moment.
  private func hostsNobodyAsked(
    _ free: [Int], _ new: SlotReservation, _ bookable: BookableEventType, in ledger: LedgerStore
  ) async throws -> [Int] {
    if bookable.type.seats != nil { return free }
    let asked = try await SlotReservationStore.hostsAsked(
      of: bookable.type, new.start..<new.end, on: ledger.transaction)
    if asked.isEmpty { return free }
    let left = free.filter { !asked.contains(bookable.hosts[$0].person.id) }
    let fixed = bookable.hosts.indices.filter { bookable.hosts[$0].role != .pool }
    guard fixed.allSatisfy(left.contains), !bookable.isRoundRobin || left.count > fixed.count else {
      throw Self.alreadyBooked
    }
    return left
  }

  private func check(_ verdict: SlotVerdict, now: Instant) throws(Problem) {
    switch verdict {
    case .available: return
    case .slotTaken: throw Self.alreadyBooked
    case .seatsFull:
      throw Problem(status: 422, reason: "seats_full", message: "All seats of this time are taken.")
    case .reserved(let until):
      throw Problem(
        status: 422, reason: "reserved",
        message: "This time slot is already reserved by another user. Please choose another one.",
        details: [.init("seconds", .int(max(0, until - now)))])
    case .inThePast, .outOfBounds, .notAvailable, .limitReached:
      throw BookingProblems.problem(for: verdict, now: now) ?? Self.alreadyBooked
    }
  }

  static let alreadyBooked = Problem(
    status: 422, reason: "slot_taken", message: "Can't reserve a slot if the event is already booked.")

  /// A time of one's own choosing is for people of the house.
  private func checkDuration(_ wish: Wish, of bookable: BookableEventType, by caller: Caller?) async throws {
    guard wish.duration != nil else { return }
    guard let caller else {
      throw Problem.unauthorized("auth_required", "reservationDuration needs an access token.")
    }
    if bookable.hosts.contains(where: { $0.person.id == caller.userID }) { return }
    if try await teams.role(of: caller.userID, in: bookable.type.businessID) != nil { return }
    if let owner = bookable.type.owner, try await teams.isShared(by: caller.userID, and: owner.id) { return }
    throw Problem.forbidden("reservationDuration is for the people of this event type and their teams.")
  }

  // MARK: Give up

  func release(_ uid: String) async throws {
    let removed = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: clock.now)
      try await ledger.lock([.reservation(uid)])
      let removed = try await SlotReservationStore.remove(uid, on: transaction)
      if let removed, let businessID = ReservationUID.businessID(of: uid) {
        try await ledger.purge(
          [.eventType(removed.eventTypeID)] + removed.subjectIDs.map { .host($0) }, of: businessID)
      }
      return removed
    }
    if let removed { try await tell(removed) }
  }

  // MARK: Tell

  /// Its hosts are taken or free; the event type itself is as it was, so nobody has to read it anew.
  private func tell(_ bookable: BookableEventType, _ time: Range<Instant>) {
    let occupied = bookable.type.occupied(time)
    for host in bookable.hosts {
      feed.hostChanged(host.person.id, from: occupied.lowerBound, to: occupied.upperBound)
    }
  }

  private func tell(_ removed: SlotReservationStore.Removed) async throws {
    guard let bookable = try await finder.catalog.eventType(.id(removed.eventTypeID)) else { return }
    tell(bookable, removed.start..<removed.end)
  }
}
