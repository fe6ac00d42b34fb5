import Foundation
import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

/// Every change of what public answers are made of purges them, by an event and by the answer's own word.
@Suite struct PurgeTests {
  /// The tags that an action purges: as the answer says, which must be what the events say.
  private func tags(
    _ origin: TestOrigin, _ action: () async throws -> Answer
  ) async throws -> Set<String> {
    let store = EdgeEventStore(origin.postgres)
    let start = try await store.beginning(now: Date()).position
    let answer = try await action()
    let events = try #require(try await store.events(since: start, now: Date())).events
    var told: Set<String> = []
    for event in events {
      if case .purge(let tags, _) = event { told.formUnion(tags) }
    }
    let field = answer.headers[.cachePurgeTags] ?? ""
    let said = Set(field.split(separator: ", ").map(String.init))
    #expect(said == told, "\(answer.status) \(answer.text)")
    return told
  }

  @Test func `booking, moving and cancelling purge the free times of the host`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let schedule = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let type = try await origin.eventType("talk", length: 30, schedule: schedule, of: ana)
      let host: Set = ["host:\(ana.id)"]
      var uid = ""
      #expect(
        try await tags(origin) {
          let answer = try await origin.book(type, "2050-09-05T10:00:00Z")
          uid = try #require(answer.data["uid"]?.string)
          return answer
        } == host)
      // The time is taken: nothing happened, nothing is told.
      #expect(try await tags(origin) { try await origin.book(type, "2050-09-05T10:00:00Z") } == [])
      #expect(
        try await tags(origin) {
          let answer = try await origin.post(
            "/v2/bookings/\(uid)/reschedule", #"{"start":"2050-09-05T12:00:00Z"}"#)
          uid = try #require(answer.data["uid"]?.string)
          return answer
        } == host)
      #expect(try await tags(origin) { try await origin.post("/v2/bookings/\(uid)/cancel", "{}") } == host)
    }
  }

  @Test func `working hours, event types and profiles purge what is made of them`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (host, profile) = ("host:\(ana.id)", "profile:\(ana.id)")
      var schedule = 0
      var type = 0
      #expect(
        try await tags(origin) {
          let answer = try await origin.post(
            "/v2/schedules", #"{"name":"S","timeZone":"UTC","isDefault":false}"#, as: ana)
          schedule = try #require(answer.data["id"]?.int)
          return answer
        } == [host])
      #expect(
        try await tags(origin) {
          try await origin.patch("/v2/schedules/\(schedule)", #"{"name":"T"}"#, as: ana)
        } == [host])
      #expect(
        try await tags(origin) { try await origin.delete("/v2/schedules/\(schedule)", as: ana) }
          == [host])
      #expect(
        try await tags(origin) {
          let answer = try await origin.post(
            "/v2/event-types", #"{"title":"Talk","slug":"talk","lengthInMinutes":30}"#, as: ana)
          type = try #require(answer.data["id"]?.int)
          return answer
        } == [profile])
      #expect(
        try await tags(origin) {
          try await origin.patch("/v2/event-types/\(type)", #"{"title":"Chat"}"#, as: ana)
        } == ["event-type:\(type)", profile])
      #expect(
        try await tags(origin) { try await origin.patch("/v2/me", #"{"name":"Ana R"}"#, as: ana) }
          == [host, profile])
      #expect(
        try await tags(origin) { try await origin.delete("/v2/event-types/\(type)", as: ana) }
          == ["event-type:\(type)", profile])
    }
  }

  @Test func `public answers say what they are made of, and what belongs to a caller says nothing`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let type = try await origin.eventType("talk", length: 30, of: ana)
      let slots = try await origin.get("/v2/slots?eventTypeId=\(type)&start=2050-09-05&end=2050-09-06")
      #expect(slots.headers[.cacheControl] == "public, max-age=0, s-maxage=15")
      #expect(slots.headers[.cacheTag] == "event-type:\(type), host:\(ana.id)")
      let list = try await origin.get("/v2/event-types?username=ana")
      #expect(list.headers[.cacheControl] == "public, max-age=0, s-maxage=30")
      #expect(list.headers[.cacheTag] == "profile:\(ana.id)")
      #expect(list.headers[.vary] == "Authorization")
      let own = try await origin.get("/v2/event-types?username=ana", as: ana)
      let nobody = try await origin.get("/v2/event-types?username=nobody")
      let me = try await origin.get("/v2/me", as: ana)
      let unknown = try await origin.get("/v2/slots?eventTypeId=999&start=2050-09-05&end=2050-09-06")
      for answer in [own, nobody, me, unknown] {
        #expect(answer.headers[.cacheControl] == "private, no-store")
        #expect(answer.headers[.cacheTag] == nil)
      }
    }
  }
}
