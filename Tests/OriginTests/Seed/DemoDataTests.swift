import JSON
import Testing

@testable import Origin

@Suite struct DemoDataTests {
  @Test func `the demo data has what the manual promises, and comes once`() async throws {
    try await TestOrigin.run(now: "2030-01-07T08:00:00Z") { origin async throws in
      let now = origin.clock.now
      #expect(try await DemoData.load(origin.postgres, publicHost: "demo.test", now: now))
      #expect(try await !DemoData.load(origin.postgres, publicHost: "demo.test", now: now))
      let types = try await origin.get("/v2/event-types?username=john").data.array ?? []
      #expect(
        types.compactMap { $0["slug"]?.string } == ["30min", "60min", "consultation", "group-class"])
      let studio = try await origin.get("/v2/event-types?teamSlug=demo-studio").data.array ?? []
      #expect(studio.compactMap { $0["schedulingType"]?.string } == ["roundRobin", "collective"])
      let query = "eventTypeSlug=session&teamSlug=demo-studio&start=2030-01-08&end=2030-01-08"
      let slots = try await origin.get("/v2/slots?\(query)")
      #expect(slots.data["2030-01-08"]?.array?.isEmpty == false, "\(slots.text)")
    }
  }
}
