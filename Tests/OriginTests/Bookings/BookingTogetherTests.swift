import Foundation
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Bookings that are written in one statement because they came at one moment: each is as it would be alone.
@Suite struct BookingTogetherTests {
  @Test(.timeLimit(.minutes(10)))
  func `each has what is its own, one gets what two want, and one that cannot be fails alone`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let scene = try await BookingScene(origin)
      let store = BookingStore(origin.postgres)
      let count = 60
      let events = try await origin.count("SELECT count(*) FROM edge_events")
      // A pair for each time; every tenth is of an event type that is gone.
      let ids = await withTaskGroup(of: (Int, Result<Int?, any Error>).self) { group in
        for index in 0..<count {
          group.addTask {
            var new = scene.booking(index, at: scene.first + index / 2 * 3600)
            if index % 10 == 9 {
              new.eventTypeID = 999_999
              new.start = scene.first + (100 + index) * 3600
              new.end = new.start + 1800
              new.occupied = new.start..<new.end
            }
            do { return (index, .success(try await store.create(new, now: origin.clock.now))) } catch {
              return (index, .failure(error))
            }
          }
        }
        return await group.reduce(into: [Int: Result<Int?, any Error>]()) { $0[$1.0] = $1.1 }
      }
      var made = 0
      for index in 0..<count {
        let id: Int?
        switch try #require(ids[index]) {
        case .failure(let error):
          #expect(
            index % 10 == 9 && (error as? PostgresError)?.isForeignKeyViolation() == true,
            "\(index): \(error)")
          continue
        case .success(let made): id = made
        }
        #expect(index % 10 != 9, "\(index) has no event type")
        let booking = try await store.booking(uid: scene.uid(index))
        #expect(booking?.id == id, "\(index)")
        guard let booking else { continue }
        made += 1
        let new = scene.booking(index, at: booking.start)
        #expect(
          booking.title == new.title && booking.guests == new.guests && booking.location == new.location)
        #expect(booking.hosts.map(\.id) == new.hosts.map(\.id))
        #expect(booking.attendees == [new.attendee])
        #expect(booking.metadata == new.metadata && booking.responses == Array(#"{"n": \#(index)}"#.utf8))
        let key = "booking.\(booking.uid).scheduled.%"
        #expect(try await origin.count("SELECT count(*) FROM jobs WHERE unique_key LIKE '\(key)'") == 3)
      }
      // One of each pair, and the partner of each that has no event type.
      #expect(made == count / 2)
      #expect(try await origin.count("SELECT count(*) FROM edge_events") == events + made)
      for table in ["bookings", "occupancies", "booking_hosts"] {
        #expect(try await origin.count("SELECT count(*) FROM \(table)") == made, "\(table)")
      }
      #expect(try await origin.count("SELECT count(DISTINCT contact) FROM customers") == made)
      #expect(try await origin.wrongCounts() == [])
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `who waits for somebody's open transaction holds nobody up`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let scene = try await BookingScene(origin)
      let store = BookingStore(origin.postgres)
      let now = origin.clock.now
      let stuck = try await origin.postgres.transaction { transaction in
        _ = try await transaction.query(
          .once(
            """
            INSERT INTO occupancies (subject_id, business_id, during)
            SELECT \(scene.host.id), business_id, '[2030-02-01Z, 2030-02-02Z)' FROM users WHERE id = \(scene.host.id)
            """))
        // More than go at once, and one after the other, so that they are not all in one.
        var stuck: [Task<Int?, any Error>] = []
        for index in 0..<3 {
          stuck.append(Task { try await store.create(scene.booking(index, at: scene.first), now: now) })
          while try await origin.count(Self.waiting) < index + 1 { await Task.yield() }
        }
        #expect(try await store.create(scene.booking(9, at: scene.first + 5 * 86400), now: now) != nil)
        return stuck
      }
      for task in stuck { #expect(try await task.value == nil) }
    }
  }

  private static let waiting = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO occupancies%'
    """
}
