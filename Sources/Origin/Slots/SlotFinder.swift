import Foundation
import Problem
import Scheduling

/// Answers "what is free?" and "is this free?" with the same function on the same facts.
struct SlotFinder: Sendable {
  /// Where an interval does not divide the hour, the grid of hours that run already begins at now, and moves on
  /// while somebody fills in the form: what was listed so many seconds ago can still be booked.
  private static let grace = 600

  let store: SlotStore
  let clock: OriginClock

  /// The event type, or the 404 of the API.
  func eventType(_ reference: EventTypeReference) async throws -> BookableEventType {
    guard let found = try await store.eventType(reference) else { throw Problem.notFound("event type") }
    return found
  }

  func days(
    of bookable: BookableEventType, length: Int, from: Instant, to: Instant, zone: ZoneRules,
    ignoring uid: String? = nil
  ) async throws -> [SlotDay] {
    let query = SlotQuery(from: from, to: to, zone: zone, now: clock.instant)
    return try await generator(bookable, length: length, query: query, ignoring: uid).days(query)
  }

  func check(
    _ start: Instant, of bookable: BookableEventType, length: Int, zone: ZoneRules,
    ignoring uid: String? = nil
  ) async throws -> SlotVerdict {
    let query = SlotQuery(start: start, zone: zone, now: clock.instant)
    return try await generator(bookable, length: length, query: query, ignoring: uid)
      .check(start, zone: zone, now: query.now, grace: Self.grace)
  }

  private func generator(
    _ bookable: BookableEventType, length: Int, query: SlotQuery, ignoring uid: String?
  ) async throws -> SlotGenerator {
    let range = SlotGenerator.busyRange(
      for: query, rules: bookable.rules(length: length), isRoundRobin: false)
    let busy = try await store.busyTimes(
      hostID: bookable.type.owner.id, in: range, now: clock.now, ignoring: uid)
    return bookable.generator(length: length, busy: busy)
  }
}
