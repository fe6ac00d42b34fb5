import Foundation
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Bookings that are written together take what others may wait for in one order, whatever order they came in. Somebody
/// holds what lies in the middle until both stand somewhere: who went by another order would have what the other needs.
@Suite(.serialized) struct BookingOrderTests {
  private typealias Creation = BookingStore.Creation

  private static let hour = 3600

  /// Two statements at once while a transaction holds what `gate` says; how many of each were made.
  private func together(
    _ batches: [[NewBooking]], _ origin: TestOrigin, gate: (PostgresTransaction) async throws -> Void,
    then: (PostgresTransaction) async throws -> Void = { _ in }
  ) async throws -> [Int] {
    let now = origin.clock.now
    let running = try await origin.postgres.transaction { transaction in
      try await gate(transaction)
      let running = batches.map { batch in
        Task {
          try await BookingStore.create(batch.map { Creation(new: $0, now: now) }, on: origin.postgres)
            .count { $0 != nil }
        }
      }
      try await origin.untilStanding(batches.count, asking: origin.postgres)
      try await then(transaction)
      return running
    }
    var made: [Int] = []
    for batch in running { made.append(try await batch.value) }
    return made
  }

  /// Fails where times are taken in the order in which they were asked for.
  @Test(.timeLimit(.minutes(10))) func `times of a host`() async throws {
    try await TestOrigin.race { origin, _ async throws in
      let scene = try await BookingScene(origin, host: "host")
      let times = (0..<3).map { scene.first + $0 * Self.hour }
      let batches = [[0, 1, 2], [2, 1, 0]].enumerated().map { batch, order in
        order.map { scene.booking(batch * 10 + $0, at: times[$0]) }
      }
      let made = try await together(batches, origin) { transaction in
        _ = try await transaction.query(
          .once(
            """
            INSERT INTO occupancies (subject_id, business_id, during)
            VALUES ($1, $2, tstzrange($3, $3 + interval '30 minutes'))
            """), scene.host.id, scene.businessID, times[1].date)
      }
      // The gate's own time was taken, so the two others are somebody's once.
      #expect(made.sorted() == [0, 2])
    }
  }

  /// Fails where customers are written in the order in which they were asked for.
  @Test(.timeLimit(.minutes(10))) func `customers of a business`() async throws {
    try await TestOrigin.race { origin, _ async throws in
      let scene = try await BookingScene(origin, host: "host")
      let batches = [[0, 1, 2], [2, 1, 0]].enumerated().map { batch, order in
        order.map { number in
          var new = scene.booking(batch * 10 + number, at: scene.first + (batch * 10 + number) * Self.hour)
          new.attendee.email = "c\(number)@mail.test"
          return new
        }
      }
      let made = try await together(batches, origin) { transaction in
        _ = try await transaction.query(
          .once(
            """
            INSERT INTO customers (business_id, contact, name, email, created_at, updated_at)
            VALUES ($1, 'c1@mail.test', 'C', 'c1@mail.test', now(), now())
            """), scene.businessID)
      }
      #expect(made == [3, 3])
      #expect(try await origin.count("SELECT count(*) FROM customers") == 3)
    }
  }

  /// As whoever deletes several event types locks them. Fails where a later one's row is shared before an earlier one's.
  @Test(.timeLimit(.minutes(10))) func `event types of a business`() async throws {
    try await TestOrigin.race { origin, _ async throws in
      let scene = try await BookingScene(origin, host: "host")
      let second = try await origin.eventType("b", length: 30, of: scene.host)
      var batch = (0..<2).map { scene.booking($0, at: scene.first + $0 * Self.hour) }
      batch[0].eventTypeID = max(scene.eventTypeID, second)
      batch[1].eventTypeID = min(scene.eventTypeID, second)
      let lock = "SELECT FROM event_types WHERE id = $1 FOR UPDATE"
      let made = try await together([batch], origin) { transaction in
        _ = try await transaction.query(.once(lock), batch[1].eventTypeID)
      } then: { transaction in
        _ = try await transaction.query(.once(lock), batch[0].eventTypeID)
      }
      #expect(made == [2])
    }
  }
}
