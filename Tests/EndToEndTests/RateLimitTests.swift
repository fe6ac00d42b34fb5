import JSON
import Testing

extension EndToEnd {
  @Suite struct RateLimitTests {
    @Test func `who asks too much is told how long to wait, and pages still come`() async throws {
      let daybook = try await Daybook.started(.init(limitsRates: true, startsWorker: false))
      let answers = try await offPool {
        let connection = try HTTPConnection(port: daybook.port)
        return try (0..<160).map { _ in try connection.send("GET", "/v2/event-types?username=nobody") }
      }
      let first = try #require(answers.first)
      #expect(first.status == 200)
      let refused = answers.filter { $0.status == 429 }
      // 100 at once, and one more every 0.6 seconds.
      #expect((20...60).contains(refused.count), "\(refused.count)")
      let answer = try #require(refused.last)
      #expect(answer.json["error"]?["code"]?.string == "ThrottlerException")
      #expect(answer.reason == "rate_limited")
      let wait = try #require(answer["retry-after"].flatMap { Int($0) })
      #expect(1...60 ~= wait)
      let limit = answer.fields.filter { $0.name.hasPrefix("ratelimit") }
      #expect(!limit.isEmpty, "\(answer.fields)")
      #expect(first.fields.contains { $0.name.hasPrefix("ratelimit") }, "\(first.fields)")
      // Counted by the address of the connection, whatever a header says.
      let other = try await daybook.ask("GET", "/v2/me", fields: [("X-Forwarded-For", "198.51.100.7")])
      #expect(other.status == 429)
      #expect(try await daybook.ask("GET", "/").status == 200)
      await daybook.stop()
    }
  }
}
