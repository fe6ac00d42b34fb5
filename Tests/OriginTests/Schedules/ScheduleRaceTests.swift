import JSON
import Postgres
import Testing

@testable import Origin

/// A person, his schedules and what goes by them, changed at once.
@Suite(.serialized) struct ScheduleRaceTests {
  private static let rounds = 100

  /// Fails where one locks the user before his schedules and another the other way round, and where a statement that
  /// waited for a deletion goes by what was there before it.
  @Test(.timeLimit(.minutes(10)))
  func `whatever changes at once, nobody waits in a circle, and nothing goes by a schedule that is gone`()
    async throws
  {
    try await TestOrigin.race { origin, ana async throws in
      let kept = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: kept, of: ana)
      let clinic = try await origin.team("clinic", of: ana)
      let shared = try await origin.teamType("t", team: clinic, hosts: [ana], owner: ana)
      for round in 0..<Self.rounds {
        let first = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
        let second = try await origin.schedule("UTC", "10:00", "17:00", of: ana)
        let settled = try await origin.patch("/v2/schedules/\(first)", #"{"isDefault":true}"#, as: ana)
        #expect(settled.status == 200, "\(settled.text)")
        let zone = ["Asia/Tokyo", "Europe/Rome"][round % 2]
        let answers = try await origin.together(8) { index in
          switch index {
          case 0: try await origin.patch("/v2/me", #"{"timeZone":"\#(zone)"}"#, as: ana)
          case 1: try await origin.patch("/v2/schedules/\(first)", #"{"name":"N","isDefault":true}"#, as: ana)
          case 2: try await origin.delete("/v2/schedules/\(first)", as: ana)
          case 3: try await origin.patch("/v2/me", #"{"defaultScheduleId":\#(second)}"#, as: ana)
          case 4: try await origin.patch("/v2/event-types/\(id)", #"{"scheduleId":\#(second)}"#, as: ana)
          case 5: try await origin.patch("/v2/event-types/\(shared)", #"{"scheduleId":\#(first)}"#, as: ana)
          case 6:
            try await origin.patch(
              "/v2/event-types/\(shared)",
              #"{"hosts":[{"userId":\#(ana.id),"scheduleId":\#(second)}]}"#, as: ana)
          default: try await origin.delete("/v2/schedules/\(second)", as: ana)
          }
        }
        for (index, answer) in answers.enumerated() {
          #expect([200, 400, 404].contains(answer.status), "round \(round), \(index): \(answer.text)")
        }
        #expect(try await origin.count(Self.lost) == 0, "round \(round)")
        #expect(try await origin.get("/v2/schedules/default", as: ana).data["id"]?.int != nil)
      }
    }
  }

  /// Who and what goes by a schedule that is not there.
  private static let lost = """
    SELECT (SELECT count(*) FROM users u WHERE NOT EXISTS (SELECT FROM schedules s WHERE s.id = u.default_schedule_id))
      + (SELECT count(*) FROM event_types e WHERE e.schedule_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM schedules s WHERE s.id = e.schedule_id))
      + (SELECT count(*) FROM event_type_hosts h WHERE h.schedule_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM schedules s WHERE s.id = h.schedule_id))
    """

  /// Fails where they are told apart by a statement that waited: it takes the one that is gone for the oldest one left.
  @Test func `of two schedules that go at once neither becomes the default`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      var oldest = try #require(try await origin.get("/v2/schedules/default", as: ana).data["id"]?.int)
      for round in 0..<Self.rounds {
        let pair = [oldest, try await origin.schedule("UTC", "09:00", "17:00", of: ana)]
        oldest = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
        let gone = try await origin.together(2) {
          try await origin.delete("/v2/schedules/\(pair[$0])", as: ana)
        }
        #expect(gone.allSatisfy { $0.status == 200 }, "\(gone.map(\.text))")
        let left = try await origin.get("/v2/schedules/default", as: ana).data["id"]?.int
        #expect(left == oldest, "round \(round)")
      }
    }
  }

  /// Whoever changes an event type holds its business, and then its resources. Fails where a resource is held first.
  @Test func `a resource changes after the event types of its business`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let business = try await origin.businessID(of: ana)
      let made = try await origin.post(
        "/v2/businesses/\(business)/resources", #"{"name":"Room","quantity":2}"#, as: ana)
      let id = try #require(made.data["id"]?.int, "\(made.text)")
      let path = "/v2/businesses/\(business)/resources/\(id)"
      let changing = try await origin.postgres.transaction { transaction in
        _ = try await TeamStore.lock(business, in: transaction)
        let changing = Task { try await origin.patch(path, #"{"quantity":1}"#, as: ana) }
        try await origin.untilStanding(1, asking: origin.postgres)
        _ = try await transaction.query(.once("SELECT FROM resources WHERE id = \(id) FOR UPDATE NOWAIT"))
        return changing
      }
      #expect(try await changing.value.status == 200)
      #expect(try await origin.delete(path, as: ana).status == 200)
    }
  }
}
