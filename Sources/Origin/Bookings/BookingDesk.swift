import Foundation
import JSON
import Postgres
import Problem
import Scheduling

/// Books what takes more than one statement: several hosts to choose from, a series, seats, limits, a reservation that
/// is consumed, a request that must count once. One transaction, under the locks of all that it looks at.
struct BookingDesk: Sendable {
  private let service: BookingService
  private let key: IdempotencyKey?

  init(_ service: BookingService, key: IdempotencyKey?) {
    self.service = service
    self.key = key
  }

  /// What came of one start: a booking of its own, or a seat in one that was there.
  struct Placed: Sendable {
    var booking: Booking
    var seatUID: String?
  }

  enum Result: Sendable {
    case placed([Placed])
    /// The same request was answered before.
    case answered(IdempotencyKey.Answer)
  }

  func book(_ draft: BookingDraft, answer: @Sendable ([Placed]) -> IdempotencyKey.Answer) async throws
    -> Result
  {
    try await service.postgres.retrying { transaction in
      let now = service.clock.now
      let ledger = LedgerStore(transaction: transaction, now: now)
      let reservation = draft.reservationUID.map { [LedgerLock.reservation($0)] } ?? []
      try await ledger.lock(LedgerLock.all(of: draft.bookable) + reservation)
      let businessID = draft.type.businessID
      if let key, let known = try await key.answer(in: businessID, now: now, on: transaction) {
        return .answered(known)
      }
      let placed = try await place(draft, in: ledger)
      if let key {
        let isKept = try await key.keep(answer(placed), in: businessID, now: now, on: transaction)
        // Somebody with the same key, at another event type of the business, was quicker.
        if !isKept { throw BookingRetry() }
      }
      return .placed(placed)
    }
  }

  // MARK: Placing

  /// Every start of the draft, or none.
  private func place(_ draft: BookingDraft, in ledger: LedgerStore) async throws -> [Placed] {
    try await checkBookerLimit(draft, in: ledger)
    let reservation = try await consume(draft, in: ledger)
    let clock = Instant(ledger.now)
    var choice = try await HostChoice(draft.bookable, in: ledger)
    var found: [Found] = []
    var clashes: [(start: Instant, problem: Problem)] = []
    for start in draft.starts {
      // Where a seat is taken in a booking that is there, that one is counted already.
      let new = found.filter { $0.facts.seated[$0.start] == nil }
      let (verdict, facts, generator) = try await look(
        at: start, draft, reservation, counting: new.map { Interval($0.start, draft.end($0.start)) },
        in: ledger)
      if let problem = BookingProblems.problem(for: verdict, now: clock) {
        clashes.append((start, problem))
        continue
      }
      found.append(Found(start: start, facts: facts, generator: generator))
    }
    if let clash = clashes.first {
      throw draft.isSeries ? BookingProblems.clashes(clashes) ?? clash.problem : clash.problem
    }
    choice.keepOneHost(forAll: found.map { $0.generator.freeHosts(at: $0.start) })
    return try await write(draft, found, &choice, in: ledger)
  }

  private struct Found {
    var start: Instant
    var facts: SlotFacts
    var generator: SlotGenerator
  }

  private func look(
    at start: Instant, _ draft: BookingDraft, _ reservationUID: String?, counting: [Interval],
    in ledger: LedgerStore
  ) async throws -> (SlotVerdict, SlotFacts, SlotGenerator) {
    let query = SlotQuery(start: start, zone: draft.zone, now: Instant(ledger.now))
    var facts = try await service.finder.facts(
      for: query, of: draft.bookable, length: draft.length,
      except: SlotExceptions(reservationUID: reservationUID), on: ledger.transaction)
    facts.count(counting)
    let generator = draft.bookable.generator(length: draft.length, facts: facts)
    let verdict = service.finder.check(query, of: draft.bookable, length: draft.length, facts: facts)
    return (draft.overrides.applied(to: verdict, query, draft, facts), facts, generator)
  }

  private func write(
    _ draft: BookingDraft, _ found: [Found], _ choice: inout HostChoice, in ledger: LedgerStore
  ) async throws -> [Placed] {
    let clock = Instant(ledger.now)
    let seriesUID = draft.isSeries ? BookingUID.make(businessID: draft.type.businessID) : nil
    let ids = try await ledger.newIDs(found.count)
    var new: [NewBooking] = []
    var placed: [Placed] = []
    for (item, id) in zip(found, ids) {
      if let there = item.facts.seated[item.start] {
        let seat = draft.seat()
        let booking = try await ledger.seat(seat, in: there, of: draft.type, owing: .scheduled)
        placed.append(Placed(booking: booking, seatUID: seat.seatUID))
        continue
      }
      let free = item.generator.freeHosts(at: item.start)
      let isForced = draft.overrides.conflicts && free.isEmpty
      let hosts = choice.next(among: isForced ? Array(draft.bookable.hosts.indices) : free)
      var booking = draft.booking(
        at: item.start, hosts: hosts.map(\.person),
        units: draft.bookable.units(item.generator, at: item.start),
        id: id, seriesUID: seriesUID, now: clock, publicHost: service.publicHost)
      booking.mayOverlap = isForced
      new.append(booking)
      placed.append(
        Placed(booking: booking.booking(createdAt: ledger.now), seatUID: booking.attendee.seatUID))
    }
    try await ledger.insert(new)
    try await choice.save(in: ledger, of: draft.type)
    try await ledger.purge(placed.map(\.booking).hostTags, of: draft.type.businessID)
    return placed
  }

  // MARK: What comes before

  private func checkBookerLimit(_ draft: BookingDraft, in ledger: LedgerStore) async throws {
    guard let limit = draft.type.bookerLimit, let email = draft.attendee.email, !draft.overrides.limits else {
      return
    }
    let (count, uid) = try await ledger.bookingsToCome(of: email, type: draft.type)
    guard count >= limit.maximum else { return }
    throw BookingProblems.bookerLimit(limit.maximum, reschedule: limit.offersReschedule ? uid : nil)
  }

  /// The reservation goes with the booking that it was for: the name of one that is of this event type.
  private func consume(_ draft: BookingDraft, in ledger: LedgerStore) async throws -> String? {
    guard let uid = draft.reservationUID else { return nil }
    let isOwn = try await SlotReservationStore.consume(
      uid, of: draft.type, at: draft.starts[0], on: ledger.transaction)
    return isOwn ? uid : nil
  }
}

extension LedgerLock {
  /// Everything that a booking of this event type may depend on.
  static func all(of bookable: BookableEventType) -> [LedgerLock] {
    var locks = bookable.subjectIDs.map { LedgerLock.subject($0) }
    let counts =
      !bookable.limits.isEmpty || bookable.isRoundRobin || bookable.type.bookerLimit != nil
      || bookable.type.seats != nil
    if counts { locks.append(.eventType(bookable.type.id)) }
    if !bookable.teamLimits.isEmpty { locks.append(.business(bookable.type.businessID)) }
    return locks
  }
}

extension BookableEventType {
  /// The units that a booking at `start` takes: the first that are free.
  func units(_ generator: SlotGenerator, at start: Instant) -> [Int] {
    zip(resources, generator.freeUnits(at: start)).flatMap { resource, free in
      free.prefix(resource.needed).map { resource.unitIDs[$0] }
    }
  }
}

extension SlotFacts {
  /// Counts bookings that are about to be written along with those that are there.
  fileprivate mutating func count(_ intervals: [Interval]) {
    limits = limits.map { use in
      LimitUse(
        limits: use.limits, bookings: use.bookings + intervals, zone: use.zone, weekStart: use.weekStart)
    }
  }
}

extension BookingOverrides {
  /// What a host may wave through counts as free; the past does not come back.
  fileprivate func applied(
    to verdict: SlotVerdict, _ query: SlotQuery, _ draft: BookingDraft, _ facts: SlotFacts
  ) -> SlotVerdict {
    guard self != .none else { return verdict }
    switch verdict {
    case .slotTaken, .notAvailable, .reserved: return conflicts ? .available(seatsTaken: 0) : verdict
    case .limitReached: return limits ? .available(seatsTaken: 0) : verdict
    case .outOfBounds:
      guard bounds else { return verdict }
      // The time itself must still be free.
      let free = draft.bookable.generator(length: draft.length, facts: facts).freeHosts(at: query.from)
      return free.isEmpty && !conflicts ? .slotTaken : .available(seatsTaken: 0)
    case .available, .inThePast, .seatsFull: return verdict
    }
  }
}
