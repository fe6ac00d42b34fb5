import JSON
import Postgres
import Testing

@testable import Origin

/// Nobody has more of something than one may have, however many ask for the last one at once. Fails where the count
/// and the row are one statement: each counts what was there before all of them.
@Suite(.serialized) struct CapRaceTests {
  private static let rounds = 25
  private static let together = 8

  /// Something that one can have so many of.
  struct Cap: Sendable, CustomTestStringConvertible {
    var name: String
    var most: Int
    /// How many there are; of the user $user, his business $own, the team $team.
    var count: String
    /// Leaves room for one.
    var fill: String
    var path: String
    var body: @Sendable (Int) -> String
    var testDescription: String { name }
  }

  private static func body(_ text: String) -> @Sendable (Int) -> String { { _ in text } }

  private static let caps: [Cap] = [
    Cap(
      name: "API keys", most: APIKey.most, count: "api_keys WHERE user_id = $user",
      fill: """
        INSERT INTO api_keys (business_id, user_id, hash, prefix, created_at)
        SELECT $own, $user, sha256(i::text::bytea), 'dk_x', now() FROM generate_series(1, $n) i
        """,
      path: "/v2/api-keys", body: body("{}")),
    Cap(
      name: "absences", most: OutOfOffice.most, count: "out_of_office WHERE user_id = $user",
      fill: """
        INSERT INTO out_of_office (business_id, user_id, during, created_at, updated_at)
        SELECT $own, $user, tstzrange('2031-01-01', '2031-01-02'), now(), now() FROM generate_series(1, $n) i
        """,
      path: "/v2/me/ooo", body: body(#"{"start":"2030-05-01T00:00:00Z","end":"2030-05-02T00:00:00Z"}"#)),
    Cap(
      name: "busy times", most: OwnBusyTime.most, count: "busy_times WHERE user_id = $user",
      fill: """
        INSERT INTO busy_times (business_id, user_id, during, created_at)
        SELECT $own, $user, tstzrange('2031-01-01', '2031-01-02'), now() FROM generate_series(1, $n) i
        """,
      path: "/v2/me/busy", body: body(#"{"start":"2030-05-01T00:00:00Z","end":"2030-05-02T00:00:00Z"}"#)),
    Cap(
      name: "schedules", most: ScheduleStore.most, count: "schedules WHERE user_id = $user",
      fill: """
        INSERT INTO schedules (business_id, user_id, name, time_zone, created_at, updated_at)
        SELECT $own, $user, 'S', 'UTC', now(), now() FROM generate_series(1, $n) i
        """,
      path: "/v2/schedules", body: body(#"{"name":"New","timeZone":"UTC","isDefault":false}"#)),
    Cap(
      name: "webhooks", most: WebhookStore.most, count: "webhooks WHERE user_id = $user",
      fill: """
        INSERT INTO webhooks (business_id, id, user_id, active, subscriber_url, triggers, version, created_at, updated_at)
        SELECT $own, 'w' || i, $user, true, 'https://' || i || '.test', '{BOOKING_CREATED}', 'v', now(), now()
        FROM generate_series(1, $n) i
        """,
      path: "/v2/webhooks",
      body: {
        #"{"active":true,"subscriberUrl":"https://example.com/\#($0)","triggers":["BOOKING_CREATED"]}"#
      }),
    Cap(
      name: "resources", most: ResourceStore.most, count: "resources WHERE business_id = $team",
      fill: """
        INSERT INTO resources (business_id, name, created_at, updated_at)
        SELECT $team, 'R', now(), now() FROM generate_series(1, $n) i
        """,
      path: "/v2/businesses/$team/resources", body: body(#"{"name":"Room","quantity":1}"#)),
    Cap(
      name: "closures", most: Closure.most, count: "business_closures WHERE business_id = $team",
      fill: """
        INSERT INTO business_closures (business_id, start_date, end_date, created_at)
        SELECT $team, '2031-01-01', '2031-01-01', now() FROM generate_series(1, $n) i
        """,
      path: "/v2/businesses/$team/hours/closures",
      body: body(#"{"startDate":"2030-05-01","endDate":"2030-05-01"}"#)),
    Cap(
      name: "teams", most: TeamStore.mostPerPerson, count: "memberships WHERE user_id = $user",
      fill: """
        WITH b AS (INSERT INTO businesses (name, slug, personal, created_at)
                   SELECT 'T', 'filler-' || nextval('business_ids'), false, now() FROM generate_series(1, $n) RETURNING id)
        INSERT INTO memberships (business_id, user_id, role, created_at) SELECT id, $user, 'staff', now() FROM b
        """,
      path: "/v2/teams", body: { #"{"name":"New","slug":"new-\#($0)-\#(Int.random(in: 0..<1 << 40))"}"# }),
  ]

  @Test(.timeLimit(.minutes(10)), arguments: caps)
  func `of those who ask for the last one at once one gets it`(_ cap: Cap) async throws {
    try await TestOrigin.race { origin, ana async throws in
      let team = try await origin.team("clinic", of: ana)
      let own = try await origin.businessID(of: ana)
      @Sendable func filled(_ text: String, _ count: Int = 0) -> String {
        text.replacing("$user", with: "\(ana.id)").replacing("$own", with: "\(own)")
          .replacing("$team", with: "\(team)").replacing("$n", with: "\(count)")
      }
      let there = try await origin.count("SELECT count(*) FROM \(filled(cap.count))")
      _ = try await origin.postgres.query(.once(filled(cap.fill, cap.most - 1 - there)))
      for round in 0..<Self.rounds {
        let answers = try await origin.together(Self.together) {
          try await origin.post(filled(cap.path), cap.body(round * 100 + $0), as: ana)
        }
        #expect(
          answers.map(\.status).sorted() == [201] + Array(repeating: 400, count: Self.together - 1),
          "round \(round): \(answers.map(\.text))")
        #expect(
          try await origin.count("SELECT count(*) FROM \(filled(cap.count))") == cap.most, "round \(round)")
        // The last one goes again.
        let table = cap.count.split(separator: " ")[0]
        let last = "SELECT ctid FROM \(filled(cap.count)) ORDER BY created_at DESC, ctid DESC LIMIT 1"
        _ = try await origin.postgres.query(.once("DELETE FROM \(table) WHERE ctid = (\(last))"))
      }
    }
  }

  /// Each of his teams lets him in under its own lock; what they share is he.
  @Test(.timeLimit(.minutes(10))) func `who is let in by many teams at once works in no more than one may`()
    async throws
  {
    try await TestOrigin.race { origin, ana, bob async throws in
      var made: [Int] = []
      for index in 0..<Self.together { made.append(try await origin.team("t\(index)", of: ana)) }
      let teams = made
      _ = try await origin.postgres.query(
        .once(
          """
          WITH b AS (INSERT INTO businesses (name, slug, personal, created_at)
                     SELECT 'T', 'f-' || i, false, now() FROM generate_series(1, \(TeamStore.mostPerPerson - 2)) i
                     RETURNING id)
          INSERT INTO memberships (business_id, user_id, role, created_at) SELECT id, \(bob.id), 'staff', now() FROM b
          """))
      for round in 0..<Self.rounds {
        let answers = try await origin.together(teams.count) {
          try await origin.post("/v2/teams/\(teams[$0])/memberships", #"{"userId":\#(bob.id)}"#, as: ana)
        }
        let joined = try #require(answers.firstIndex { $0.status == 201 })
        #expect(
          answers.map(\.status).sorted() == [201] + Array(repeating: 400, count: teams.count - 1),
          "round \(round): \(answers.map(\.text))")
        let id = try #require(answers[joined].data["id"]?.int)
        #expect(
          try await origin.delete("/v2/teams/\(teams[joined])/memberships/\(id)", as: ana).status == 200)
      }
    }
  }
}
