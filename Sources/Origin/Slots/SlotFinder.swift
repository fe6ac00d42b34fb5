import Foundation
import Postgres
import Problem
import Scheduling

/// Answers "what is free?" and "is this free?" with the same function on the same facts.
struct SlotFinder: Sendable {
  /// Where an interval does not divide the hour, the grid of hours that run already begins at now, and moves on
  /// while somebody fills in the form: what was listed so many seconds ago can still be booked.
  private static let grace = 600

  let postgres: PostgresClient
  let catalog: EventTypeCatalog
  let clock: OriginClock
  private let store = SlotStore()

  init(postgres: PostgresClient, catalog: EventTypeCatalog, clock: OriginClock) {
    self.postgres = postgres
    self.catalog = catalog
    self.clock = clock
  }

  /// The event type, or the 404 of the API.
  func eventType(_ reference: EventTypeReference) async throws -> BookableEventType {
    guard let found = try await catalog.eventType(reference) else { throw Problem.notFound("event type") }
    return found
  }

  // MARK: Listing

  func days(
    of bookable: BookableEventType, length: Int, from: Instant, to: Instant, zone: ZoneRules,
    except: SlotExceptions = SlotExceptions()
  ) async throws -> SlotListing {
    let query = SlotQuery(from: from, to: to, zone: zone, now: clock.instant)
    let facts = try await facts(for: query, of: bookable, length: length, except: except, on: postgres)
    return SlotListing(
      days: bookable.generator(length: length, facts: facts).days(query), seats: bookable.type.seats,
      facts: facts)
  }

  // MARK: Checking

  func check(
    _ start: Instant, of bookable: BookableEventType, length: Int, zone: ZoneRules,
    except: SlotExceptions = SlotExceptions()
  ) async throws -> SlotVerdict {
    let query = SlotQuery(start: start, zone: zone, now: clock.instant)
    let facts = try await facts(for: query, of: bookable, length: length, except: except, on: postgres)
    return check(query, of: bookable, length: length, facts: facts)
  }

  /// The same when the facts are known.
  func check(_ query: SlotQuery, of bookable: BookableEventType, length: Int, facts: SlotFacts) -> SlotVerdict
  {
    let verdict = bookable.generator(length: length, facts: facts)
      .check(query.from, zone: query.zone, now: query.now, grace: Self.grace)
    guard let seats = bookable.type.seats, case .available(let taken) = verdict else { return verdict }
    let all = taken + (facts.reservedSeats[query.from] ?? 0)
    return all < seats.perSlot ? .available(seatsTaken: all) : .seatsFull
  }

  /// Why a time is free or not, for a booking that would move there.
  func explain(
    _ start: Instant, of bookable: BookableEventType, length: Int, zone: ZoneRules, except: SlotExceptions
  )
    async throws -> SlotExplanation
  {
    let query = SlotQuery(start: start, zone: zone, now: clock.instant)
    let facts = try await facts(for: query, of: bookable, length: length, except: except, on: postgres)
    let generator = bookable.generator(length: length, facts: facts)
    let hosts = bookable.hosts.indices.map { index in
      let person = bookable.hosts[index].person
      let alone = SlotGenerator(rules: generator.rules, hosts: [generator.hosts[index]])
      return SlotExplanation.Host(
        id: person.id, name: person.name, isFree: !alone.freeHosts(at: start).isEmpty)
    }
    return SlotExplanation(
      start: start, verdict: check(query, of: bookable, length: length, facts: facts), hosts: hosts)
  }

  // MARK: Facts

  /// Everything that the answer depends on; inside a transaction it is as its locks left it.
  func facts(
    for query: SlotQuery, of bookable: BookableEventType, length: Int, except: SlotExceptions,
    on postgres: some PostgresQuerying
  ) async throws -> SlotFacts {
    let rules = bookable.rules(length: length)
    let isRoundRobin = bookable.isRoundRobin
    let range = SlotGenerator.busyRange(
      for: query, rules: rules, isRoundRobin: isRoundRobin, schedules: bookable.hosts.map(\.weekly))
    var facts = SlotFacts()
    var seated: [SlotStore.SeatedRow] = []
    if bookable.type.seats != nil {
      seated = try await store.seatedBookings(of: bookable.type, in: range, except: except, on: postgres)
      facts.reservedSeats = try await store.reservedSeats(
        of: bookable.type, in: range, now: clock.now, except: except, on: postgres)
    }
    facts.busy = try await store.busyTimes(
      of: bookable.subjectIDs, in: range,
      seam: SlotGenerator.lastSeam(for: query, rules: rules, isRoundRobin: isRoundRobin), now: clock.now,
      except: except, seated: seated, on: postgres)
    for row in seated { facts.add(row, of: bookable.type) }
    facts.limits = try await limits(for: query, of: bookable, rules: rules, except: except, on: postgres)
    return facts
  }

  private func limits(
    for query: SlotQuery, of bookable: BookableEventType, rules: SlotRules, except: SlotExceptions,
    on postgres: some PostgresQuerying
  ) async throws -> [LimitUse] {
    func range(_ limits: [BookingLimit]) -> Interval {
      SlotGenerator.limitRange(
        for: query, rules: rules, limits: limits, isRoundRobin: bookable.isRoundRobin, zone: bookable.zone,
        weekStart: bookable.weekStart)
    }
    func use(_ limits: [BookingLimit], _ bookings: [Interval]) -> LimitUse {
      LimitUse(limits: limits, bookings: bookings, zone: bookable.zone, weekStart: bookable.weekStart)
    }
    var uses: [LimitUse] = []
    let own = bookable.limits
    if !own.isEmpty {
      let bookings = try await store.countedBookings(
        of: bookable.type, in: range(own), except: except, on: postgres)
      uses.append(use(own, bookings))
    }
    let team = bookable.teamLimits
    if !team.isEmpty {
      let bookings = try await store.countedBookings(
        ofTeam: bookable.type.businessID, in: range(team), except: except, on: postgres)
      uses.append(use(team, bookings))
    }
    return uses
  }
}

extension SlotFacts {
  /// A seated booking takes the time of its hosts; others may still join it.
  fileprivate mutating func add(_ row: SlotStore.SeatedRow, of type: EventType) {
    seated[row.time.start] = row.booking
    let occupied = row.time.widened(before: type.beforeBuffer * 60, after: type.afterBuffer * 60)
    for host in row.hostIDs {
      busy[host, default: []].append(
        BusyTime(row.time, .seats(occupied: occupied, taken: row.booking.taken)))
    }
  }
}
