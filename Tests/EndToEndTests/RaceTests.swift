import JSON
import Testing

extension EndToEnd {
  @Suite struct RaceTests {
    @Test func `of 64 who want one time at once one gets it, and 63 hear so`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      for round in 0..<20 {
        let answers = try await daybook.race(64, for: type, at: Daybook.time(round * 30))
        #expect(answers.count { $0.status == 201 } == 1, "round \(round)")
        #expect(answers.count { $0.status == 400 && $0.reason == "slot_taken" } == 63, "round \(round)")
      }
      #expect(try await Ledger(daybook: daybook).overlaps().isEmpty)
      let rows = try await daybook.count("SELECT count(*) FROM bookings WHERE event_type_id = \(type)")
      #expect(rows == 20)
    }
  }
}

extension Daybook {
  /// So many bookings of one time, sent at the same moment over connections that are open already.
  func race(_ count: Int, for eventType: Int, at start: String) async throws -> [HTTPAnswer] {
    let body = Self.booking(eventType, start)
    let request = HTTPConnection.head("POST", "/v2/bookings", length: body.utf8.count) + body
    return try await together(count, prepare: { [port] _ in try HTTPConnection(port: port) }) { connection in
      try connection.write(request)
      return try connection.readAnswer()
    }
  }
}
