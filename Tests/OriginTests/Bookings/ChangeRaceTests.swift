import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// What several people do to one thing at once has an outcome that one after the other could have had.
@Suite(.serialized) struct ChangeRaceTests {
  private func active(_ origin: TestOrigin) async throws -> (bookings: Int, occupancies: Int) {
    let rows = try await origin.postgres.query(
      .once(
        "SELECT (SELECT count(*) FROM bookings WHERE status = 'accepted'), (SELECT count(*) FROM occupancies)"
      ))
    let row = try #require(rows.first)
    return (try row.decode(at: 0), try row.decode(at: 1))
  }

  @Test(.timeLimit(.minutes(10)))
  func `of a cancellation and two moves one happens`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let first = try #require(Instant("2030-02-01T00:00:00Z"))
      var left = 0
      for round in 0..<100 {
        let start = first + round * 3600
        let uid = try #require(try await origin.book(id, start.text).data["uid"]?.string)
        let answers = try await origin.together(3) { index in
          switch index {
          case 0: try await origin.post("/v2/bookings/\(uid)/cancel")
          default:
            try await origin.post(
              "/v2/bookings/\(uid)/reschedule", #"{"start":"\#((start + index * 8_640_000).text)"}"#)
          }
        }
        let done = answers.indices.filter { answers[$0].status < 300 }
        #expect(done.count == 1, "round \(round): \(answers.map(\.text))")
        if done.first != 0 { left += 1 }
        let now = try await active(origin)
        #expect(now.bookings == left && now.occupancies == left, "round \(round): \(now) \(left)")
      }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `a series against single bookings is there as a whole or not at all`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let single = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let series = try await origin.eventType(
        "b", length: 60, schedule: all,
        more: #""recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#, of: ana)
      let first = try #require(Instant("2030-02-01T00:00:00Z"))
      var expected = 0
      for round in 0..<100 {
        let start = first + (round % 24) * 3600 + round / 24 * 21 * 86_400
        let answers = try await origin.together(3) { index in
          index == 0
            ? try await origin.book(series, start.text)
            : try await origin.book(single, (start + index * 604_800).text)
        }
        expected += answers[0].status == 201 ? 3 : 0
        expected += answers.dropFirst().filter { $0.status == 201 }.count
        for answer in answers {
          #expect(answer.status == 201 || answer.reason == "slot_taken", "round \(round): \(answer.text)")
        }
        if answers[0].status == 201 { #expect(answers[1].status == 400 && answers[2].status == 400) }
        let now = try await active(origin)
        #expect(now.bookings == expected && now.occupancies == expected, "round \(round)")
      }
    }
  }
}
