import JSON
import Testing

@testable import Origin

/// api.md 1.6 and section 5: event types of teams, their hosts, and who may do what with them.
@Suite struct TeamEventTypeTests {
  @Test func `an event type of a team reads back with its team and hosts`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let bob = try await origin.signUp("bob")
      let team = try await origin.team("clinic", of: ana, with: bob)
      let path = "/v2/teams/\(team)/event-types"
      let made = try await origin.post(
        path,
        #"{"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"roundRobin","#
          + #""hosts":[{"userId":\#(bob.id),"mandatory":true,"priority":"high"},{"userId":\#(ana.id)}],"#
          + #""locations":[{"type":"organizersDefaultApp"}]}"#, as: ana)
      #expect(made.status == 201, "\(made.text)")
      let type = made.data
      #expect(type["teamId"]?.int == team && type["team"]?["id"]?.int == team)
      #expect(type["team"]?["slug"]?.string == "clinic" && type["schedulingType"]?.string == "roundRobin")
      #expect(type["parentEventTypeId"] == .null && type["assignAllTeamMembers"] == .bool(false))
      let hosts = type["hosts"]?.array ?? []
      #expect(Set(hosts.compactMap { $0["userId"]?.int }) == [ana.id, bob.id])
      let first = hosts.first { $0["userId"]?.int == bob.id }
      let second = hosts.first { $0["userId"]?.int == ana.id }
      #expect(first?["mandatory"] == .bool(true) && first?["priority"]?.string == "high")
      #expect(second?["mandatory"] == .bool(false) && second?["priority"]?.string == "medium")
      let id = try #require(type["id"]?.int)
      #expect(try await origin.get("\(path)/\(id)", as: ana).data == type)
      #expect(try await origin.get("/v2/event-types/\(id)", as: ana).data == type)
      #expect(try await origin.get(path, as: ana).data == .array([type]))
      let changed = try await origin.patch(
        "\(path)/\(id)", #"{"title":"N","schedulingType":"collective","hosts":[{"userId":\#(bob.id)}]}"#,
        as: ana)
      #expect(changed.data["title"]?.string == "N" && changed.data["schedulingType"]?.string == "collective")
      #expect(changed.data["hosts"]?.array?.map { $0["userId"]?.int } == [bob.id])
      let gone = try await origin.delete("\(path)/\(id)", as: ana)
      #expect(gone.status == 200 && gone.data["slug"]?.string == "t" && gone.data["title"]?.string == "N")
      #expect(gone.data["id"]?.int == id && gone.data["lengthInMinutes"]?.int == 30)
      #expect(try await origin.get("\(path)/\(id)", as: ana).status == 404)
    }
  }

  @Test func `every wrong field of hosts is named`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let strange = try await origin.schedule("UTC", "09:00", "17:00", of: eve)
      let team = try await origin.team("clinic", of: ana)
      let cases: [(String, [String])] = [
        (#""hosts":[{"userId":\#(ana.id)}]"#, ["schedulingType"]),
        (#""schedulingType":"duo","hosts":[]"#, ["schedulingType"]),
        (#""schedulingType":"collective","hosts":[{"userId":\#(eve.id)}]"#, ["hosts.0.userId"]),
        (#""schedulingType":"collective","hosts":[{"userId":987654}]"#, ["hosts.0.userId"]),
        (
          #""schedulingType":"collective","hosts":[{"mandatory":1}]"#,
          ["hosts.0.mandatory", "hosts.0.userId"]
        ),
        (
          #""schedulingType":"roundRobin","hosts":[{"userId":\#(ana.id),"priority":"urgent","x":1}]"#,
          ["hosts.0.priority", "hosts.0.x"]
        ),
        (
          #""schedulingType":"roundRobin","hosts":[{"userId":\#(ana.id),"scheduleId":\#(strange)}]"#,
          ["hosts.0.scheduleId"]
        ),
        (
          #""schedulingType":"collective","hosts":[{"userId":\#(ana.id)}],"assignAllTeamMembers":true"#,
          ["hosts"]
        ),
        (#""schedulingType":"collective","hosts":[{"userId":\#(ana.id)},{"userId":\#(ana.id)}]"#, ["hosts"]),
        (#""schedulingType":"collective","scheduleId":\#(strange)"#, ["scheduleId"]),
        (#""schedulingType":"collective","ownerId":7"#, ["ownerId"]),
      ]
      for (more, fields) in cases {
        let refused = try await origin.post(
          "/v2/teams/\(team)/event-types", #"{"title":"T","slug":"t","lengthInMinutes":30,\#(more)}"#, as: ana
        )
        #expect(refused.status == 400 && refused.fields == fields, "\(more) \(refused.text)")
      }
      // What only teams have is unknown elsewhere.
      let own = try await origin.post(
        "/v2/event-types",
        #"{"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"collective","hosts":[]}"#,
        as: ana)
      #expect(own.status == 400 && own.fields == ["hosts", "schedulingType"], "\(own.text)")
      #expect(try await origin.get("/v2/teams/\(team)/event-types", as: ana).data == .array([]))
    }
  }

  @Test func `staff read, the owner and admins change, strangers find nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let max = try await origin.signUp("max")
      let sam = try await origin.signUp("sam")
      let eve = try await origin.signUp("eve")
      let team = try await origin.staffedTeam(owner: ana, admin: max, staff: sam)
      let path = "/v2/teams/\(team)/event-types"
      let id = try await origin.teamType("t", "collective", hosts: origin.hostList(sam), team: team, by: ana)
      let body = #"{"title":"T","slug":"SLUG","lengthInMinutes":30,"schedulingType":"collective","hosts":[]}"#
      for (person, status) in [(ana, 201), (max, 201), (sam, 403), (eve, 404)] {
        let answer = try await origin.post(path, body.replacing("SLUG", with: person.username), as: person)
        #expect(answer.status == status, "\(person.username) \(answer.text)")
      }
      #expect(try await origin.post(path, body).status == 401)
      for one in ["\(path)/\(id)", "/v2/event-types/\(id)"] {
        for (person, read, write) in [(ana, 200, 200), (max, 200, 200), (sam, 200, 403), (eve, 404, 404)] {
          #expect(try await origin.get(one, as: person).status == read, "\(person.username)")
          #expect(
            try await origin.patch(one, #"{"title":"N"}"#, as: person).status == write, "\(person.username)")
        }
        for person in [sam, eve] {
          #expect(try await origin.delete(one, as: person).status == (person.id == sam.id ? 403 : 404))
        }
        #expect(try await origin.get(one).status == 401)
        #expect(try await origin.patch(one, "{}").status == 401)
        #expect(try await origin.delete(one).status == 401)
      }
      // Under another team's path it is not there, even for whoever manages both.
      let other = try await origin.team("other", of: ana)
      #expect(try await origin.get("/v2/teams/\(other)/event-types/\(id)", as: ana).status == 404)
      #expect(try await origin.delete("/v2/teams/\(other)/event-types/\(id)", as: ana).status == 404)
      #expect(try await origin.delete("\(path)/\(id)", as: max).status == 200)
    }
  }

  @Test func `the public list shows a team's event types, and hides what is hidden`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let team = try await origin.team("clinic", of: ana)
      _ = try await origin.teamType("open", "collective", hosts: origin.hostList(ana), team: team, by: ana)
      _ = try await origin.teamType(
        "secret", "collective", hosts: origin.hostList(ana), more: #""hidden":true"#, team: team, by: ana)
      let path = "/v2/teams/\(team)/event-types"
      func slugs(_ person: Person?) async throws -> [String?] {
        try await origin.get(path, as: person).data.array?.map { $0["slug"]?.string } ?? []
      }
      #expect(try await slugs(nil) == ["open"])
      #expect(try await slugs(eve) == ["open"])
      #expect(try await slugs(ana) == ["open", "secret"])
      // What is hidden is found by who knows it.
      let day = "start=2050-09-05&end=2050-09-05"
      #expect(try await origin.get("/v2/slots?eventTypeSlug=secret&teamSlug=clinic&\(day)").status == 200)
    }
  }

  @Test func `all members are hosts, whoever joins and until he leaves`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "10:00")
      let bob = try await origin.host("bob", "UTC", "10:00", "11:00")
      let cid = try await origin.host("cid", "UTC", "11:00", "12:00")
      let team = try await origin.team("clinic", of: ana, with: bob)
      let made = try await origin.post(
        "/v2/teams/\(team)/event-types",
        #"{"title":"T","slug":"t","lengthInMinutes":60,"schedulingType":"roundRobin","assignAllTeamMembers":true,"#
          + #""minimumBookingNotice":0}"#, as: ana)
      #expect(made.status == 201 && made.data["assignAllTeamMembers"] == .bool(true), "\(made.text)")
      #expect(made.data["hosts"]?.array?.count == 2)
      let id = try #require(made.data["id"]?.int)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots(query)["2050-09-05"] == ["09:00", "10:00"])
      let membership = try await origin.join(team, cid, as: "staff", by: ana)
      #expect(try await origin.slots(query)["2050-09-05"] == ["09:00", "10:00", "11:00"])
      #expect(
        try await origin.delete("/v2/teams/\(team)/memberships/\(membership)", as: ana).status == 200)
      #expect(try await origin.slots(query)["2050-09-05"] == ["09:00", "10:00"])
      let chosen = try await origin.patch(
        "/v2/teams/\(team)/event-types/\(id)", #"{"hosts":[{"userId":\#(bob.id)}]}"#, as: ana)
      #expect(chosen.data["assignAllTeamMembers"] == .bool(false), "\(chosen.text)")
      #expect(try await origin.slots(query)["2050-09-05"] == ["10:00"])
    }
  }

  @Test func `a slug is taken once per team, and free for others`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let team = try await origin.team("clinic", of: ana)
      let other = try await origin.team("other", of: ana)
      _ = try await origin.eventType("t", length: 30, of: ana)
      for team in [team, other] {
        _ = try await origin.teamType("t", "collective", hosts: "", team: team, by: ana)
      }
      let again = try await origin.post(
        "/v2/teams/\(team)/event-types",
        #"{"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"collective"}"#, as: ana)
      #expect(again.status == 400 && again.fields == ["slug"], "\(again.text)")
    }
  }
}
