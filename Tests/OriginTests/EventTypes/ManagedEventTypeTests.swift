import HTTPTypes
import JSON
import Testing

@testable import Origin

/// `schedulingType: managed`: a team's pattern, and what each of its hosts has of it.
@Suite struct ManagedEventTypeTests {
  private static func create(
    _ origin: TestOrigin, team: Int, hosts: String, more: String = "", by owner: Person
  ) async throws -> Answer {
    try await origin.post(
      "/v2/teams/\(team)/event-types",
      #"{"title":"Check-up","slug":"check-up","lengthInMinutes":30,"minimumBookingNotice":0,"#
        + #""schedulingType":"managed",\#(hosts)\#(more.isEmpty ? "" : ",\(more)")}"#, as: owner)
  }

  /// What a host has of the team's, as he sees it.
  private static func own(_ person: Person, _ origin: TestOrigin) async throws -> JSONValue? {
    let list = try await origin.get("/v2/event-types?username=\(person.username)&eventSlug=check-up")
    return list.data.array?.first
  }

  @Test func `every host has one of his own that follows the pattern and can be booked`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.team(of: ana, with: bob)
      try await origin.accept(of: team, bob)
      let made = try await Self.create(
        origin, team: team, hosts: #""hosts":[{"userId":\#(bob.id)}]"#, by: ana)
      #expect(made.status == 201 && made.data["schedulingType"]?.string == "managed", "\(made.text)")
      let pattern = try #require(made.data["id"]?.int)
      let own = try #require(try await Self.own(bob, origin))
      #expect(own["parentEventTypeId"]?.int == pattern && own["ownerId"]?.int == bob.id)
      #expect(own["title"]?.string == "Check-up" && own["schedulingType"] == nil)
      #expect(try await Self.own(ana, origin) == nil)
      let id = try #require(own["id"]?.int)
      // The pattern itself is for nobody to book.
      let refused = try await origin.book(pattern, "2030-01-08T09:00:00Z")
      #expect(refused.status == 400 && refused.reason == "managed_event_type", "\(refused.text)")
      #expect(try await origin.reserve(pattern, "2030-01-08T09:00:00Z").status == 400)
      #expect(try await origin.slots("eventTypeId=\(pattern)&start=2030-01-08&end=2030-01-08") == [:])
      let booked = try await origin.book(id, "2030-01-08T09:00:00Z")
      #expect(booked.status == 201 && booked.hostIDs == [bob.id], "\(booked.text)")
      // Changes and people go over; the booking stays when it goes.
      let hosts =
        #"{"title":"Long check-up","lengthInMinutes":60,"hosts":[{"userId":\#(ana.id)},{"userId":\#(bob.id)}]}"#
      let changed = try await origin.patch("/v2/teams/\(team)/event-types/\(pattern)", hosts, as: ana)
      #expect(changed.status == 200, "\(changed.text)")
      for person in [ana, bob] {
        let own = try await Self.own(person, origin)
        #expect(own?["title"]?.string == "Long check-up" && own?["lengthInMinutes"]?.int == 60)
      }
      #expect(try await Self.own(bob, origin)?["id"]?.int == id)
      let one = try await origin.patch(
        "/v2/event-types/\(pattern)", #"{"hosts":[{"userId":\#(bob.id)}]}"#, as: ana)
      #expect(one.status == 200, "\(one.text)")
      #expect(try await Self.own(ana, origin) == nil, "who hosts it no longer has none")
      #expect(try await Self.own(bob, origin)?["id"]?.int == id)
      #expect(try await origin.delete("/v2/event-types/\(pattern)", as: ana).status == 200)
      for person in [ana, bob] { #expect(try await Self.own(person, origin) == nil) }
      #expect(try await origin.get("/v2/bookings/\(booked.uid)").bookingStatus == "accepted")
    }
  }

  @Test func `a host decides when he works, and nothing else of it`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.team(of: ana, with: bob)
      try await origin.accept(of: team, bob)
      let late = try await origin.schedule("UTC", "20:00", "22:00", of: bob)
      let made = try await Self.create(origin, team: team, hosts: #""assignAllTeamMembers":true"#, by: ana)
      let pattern = try #require(made.data["id"]?.int)
      let id = try #require(try await Self.own(bob, origin)?["id"]?.int)
      let changed = try await origin.patch("/v2/event-types/\(id)", #"{"scheduleId":\#(late)}"#, as: bob)
      #expect(changed.status == 200, "\(changed.text)")
      let locked = try await origin.patch(
        "/v2/event-types/\(id)", #"{"title":"Mine","lengthInMinutes":5}"#, as: bob)
      #expect(locked.status == 400 && locked.fields == ["lengthInMinutes", "title"], "\(locked.text)")
      #expect(try await origin.delete("/v2/event-types/\(id)", as: bob).status == 403)
      #expect(try await origin.patch("/v2/event-types/\(pattern)", #"{"title":"B"}"#, as: ana).status == 200)
      #expect(try await Self.own(bob, origin)?["title"]?.string == "B")
      let slots = try await origin.slots("eventTypeId=\(id)&start=2030-01-08&end=2030-01-08")
      #expect(slots["2030-01-08"] == ["20:00", "20:30", "21:00", "21:30"])
    }
  }

  /// What a pattern says of one of its hosts.
  private static func managed(_ answer: Answer, of person: Person) -> JSONValue? {
    answer.data["hosts"]?.array?.first { $0["userId"]?.int == person.id }?["managed"]
  }

  @Test func `who joins has nothing in his own business before he says so, and nothing after he leaves`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.team(of: ana)
      let made = try await Self.create(origin, team: team, hosts: #""assignAllTeamMembers":true"#, by: ana)
      let pattern = try #require(made.data["id"]?.int, "\(made.text)")
      #expect(try await Self.own(ana, origin) != nil, "who founds a team accepts it")
      let membership = try await origin.join(team, bob, as: "staff", by: ana)
      #expect(try await Self.own(bob, origin) == nil)
      let waiting = try await origin.patch("/v2/event-types/\(pattern)", #"{"title":"A"}"#, as: ana)
      #expect(waiting.status == 200 && Self.managed(waiting, of: bob)?["reason"]?.string == "not_accepted")
      #expect(try await Self.own(bob, origin) == nil)
      let path = "/v2/teams/\(team)/memberships/\(membership)"
      let byAna = try await origin.patch(path, #"{"acceptsManagedEventTypes":true}"#, as: ana)
      #expect(byAna.status == 403, "only he himself: \(byAna.text)")
      #expect(try await origin.patch(path, #"{"role":"admin"}"#, as: bob).status == 403)
      let said = try await origin.accept(of: team, bob)
      #expect(said.status == 200 && said.data["acceptsManagedEventTypes"]?.bool == true, "\(said.text)")
      let own = try #require(try await Self.own(bob, origin))
      #expect(own["parentEventTypeId"]?.int == pattern)
      #expect(said.data["managedEventTypes"]?.array?.first?["eventTypeId"]?.int == own["id"]?.int)
      let read = try await origin.get("/v2/event-types/\(pattern)", as: ana)
      #expect(Self.managed(read, of: bob)?["eventTypeId"]?.int == own["id"]?.int, "\(read.text)")
      let seen = try await origin.get("/v2/teams/\(team)/event-types")
      #expect(seen.status == 200 && !seen.text.contains("managed\":"), "for the team alone: \(seen.text)")
      #expect(try await origin.accept(false, of: team, bob).status == 200)
      #expect(try await Self.own(bob, origin) == nil)
      try await origin.accept(of: team, bob)
      #expect(try await Self.own(bob, origin) != nil)
      #expect(try await origin.delete(path, as: ana).status == 200)
      #expect(try await Self.own(bob, origin) == nil)
      try await origin.join(team, bob, as: "staff", by: ana)
      #expect(try await Self.own(bob, origin) == nil, "who comes back is asked again")
    }
  }

  @Test func `who has that slug keeps his own, he and the team are told, and neither is held up`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let (ana, cleo) = (try await origin.signUp("ana"), try await origin.signUp("cleo"))
      let team = try await origin.team(of: ana)
      let made = try await Self.create(origin, team: team, hosts: #""assignAllTeamMembers":true"#, by: ana)
      let pattern = try #require(made.data["id"]?.int, "\(made.text)")
      let hers = try await origin.eventType("check-up", length: 15, of: cleo)
      try await origin.join(team, cleo, as: "staff", by: ana)
      let said = try await origin.accept(of: team, cleo)
      let given = said.data["managedEventTypes"]?.array?.first
      #expect(given?["id"]?.int == pattern && given?["reason"]?.string == "slug_taken", "\(said.text)")
      #expect(given?["eventTypeId"] == .null)
      #expect(try await Self.own(cleo, origin)?["lengthInMinutes"]?.int == 15)
      let changed = try await origin.patch("/v2/event-types/\(pattern)", #"{"title":"B"}"#, as: ana)
      #expect(changed.status == 200, "\(changed.text)")
      #expect(Self.managed(changed, of: cleo)?["reason"]?.string == "slug_taken", "\(changed.text)")
      // Once hers has another name she says it again.
      #expect(try await origin.patch("/v2/event-types/\(hers)", #"{"slug":"mine"}"#, as: cleo).status == 200)
      let again = try await origin.accept(of: team, cleo)
      let id = try #require(
        again.data["managedEventTypes"]?.array?.first?["eventTypeId"]?.int, "\(again.text)")
      #expect(try await Self.own(cleo, origin)?["id"]?.int == id)
      #expect(try await origin.delete("/v2/teams/\(team)", as: ana).status == 200)
      for person in [ana, cleo] { #expect(try await Self.own(person, origin) == nil) }
      #expect(try await origin.get("/v2/event-types/\(hers)", as: cleo).status == 200)
    }
  }

  @Test func `what cannot be is refused by name`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.team(of: ana, with: bob)
      try await origin.accept(of: team, bob)
      _ = try await origin.eventType("check-up", length: 15, of: bob)
      let all = #""assignAllTeamMembers":true"#
      let taken = try await Self.create(origin, team: team, hosts: all, by: ana)
      #expect(taken.status == 400 && taken.fields == ["slug"], "\(taken.text)")
      #expect(try await Self.own(ana, origin) == nil, "all or nothing")
      let one = #""hosts":[{"userId":\#(ana.id)}]"#
      let schedule = try await origin.schedule("UTC", "09:00", "10:00", of: ana)
      let shared = try await Self.create(
        origin, team: team, hosts: one, more: #""scheduleId":\#(schedule)"#, by: ana)
      #expect(shared.fields == ["scheduleId"], "\(shared.text)")
      let made = try await Self.create(origin, team: team, hosts: one, by: ana)
      let id = try #require(made.data["id"]?.int)
      let turned = try await origin.patch(
        "/v2/event-types/\(id)", #"{"schedulingType":"roundRobin"}"#, as: ana)
      #expect(turned.fields == ["schedulingType"], "\(turned.text)")
    }
  }
}
