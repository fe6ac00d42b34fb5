import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct MembershipTests {
  @Test func `a member works at once, is changed, and stops when he is sent away`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let team = try await origin.team("clinic", of: ana)
      #expect(try await origin.get("/v2/teams/\(team)", as: leo).status == 404)
      let added = try await origin.post(
        "/v2/teams/\(team)/memberships",
        #"{"userId":\#(leo.id),"role":"staff","accepted":true,"disableImpersonation":false}"#, as: ana)
      #expect(added.status == 201 && added.data["role"]?.string == "staff")
      #expect(added.data["teamId"]?.int == team && added.data["userId"]?.int == leo.id)
      let id = try #require(added.data["id"]?.int)
      #expect(try await origin.get("/v2/teams/\(team)", as: leo).status == 200)
      #expect(try await origin.patch("/v2/teams/\(team)", #"{"name":"L"}"#, as: leo).status == 403)
      let changed = try await origin.patch(
        "/v2/teams/\(team)/memberships/\(id)", #"{"role":"admin"}"#, as: ana)
      #expect(changed.status == 200 && changed.data["role"]?.string == "admin")
      #expect(try await origin.patch("/v2/teams/\(team)", #"{"name":"L"}"#, as: leo).status == 200)
      #expect(try await origin.get("/v2/teams/\(team)/memberships/\(id)", as: leo).data == changed.data)
      #expect(try await origin.delete("/v2/teams/\(team)/memberships/\(id)", as: ana).status == 200)
      #expect(try await origin.get("/v2/teams/\(team)", as: leo).status == 404)
      #expect(try await origin.delete("/v2/teams/\(team)/memberships/\(id)", as: ana).status == 404)
    }
  }

  @Test func `staff change nobody, strangers see nobody, and owners are made by owners`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let adm = try await origin.signUp("adm")
      let leo = try await origin.signUp("leo")
      let eve = try await origin.signUp("eve")
      let team = try await origin.team("clinic", of: ana)
      let path = "/v2/teams/\(team)/memberships"
      let owner = try #require(try await origin.get(path, as: ana).data.array?.first?["id"]?.int)
      let admin = try await origin.join(team, adm, as: "admin", by: ana)
      let staff = try await origin.join(team, leo, as: "staff", by: adm)
      let body = #"{"userId":\#(eve.id),"role":"staff"}"#
      #expect(try await origin.post(path, body, as: leo).status == 403)
      #expect(try await origin.patch("\(path)/\(admin)", #"{"role":"staff"}"#, as: leo).status == 403)
      #expect(try await origin.delete("\(path)/\(admin)", as: leo).status == 403)
      #expect(try await origin.get(path, as: leo).data.array?.count == 3)
      for (answer, status) in [
        (try await origin.post(path, body, as: eve), 404), (try await origin.get(path, as: eve), 404),
        (try await origin.get("\(path)/\(staff)", as: eve), 404),
        (try await origin.patch("\(path)/\(staff)", #"{"role":"admin"}"#, as: eve), 404),
        (try await origin.delete("\(path)/\(staff)", as: eve), 404),
        (try await origin.get(path), 401), (try await origin.post(path, "x"), 401),
        // An admin manages everybody but owners.
        (try await origin.patch("\(path)/\(owner)", #"{"role":"staff"}"#, as: adm), 403),
        (try await origin.delete("\(path)/\(owner)", as: adm), 403),
        (try await origin.patch("\(path)/\(admin)", #"{"role":"owner"}"#, as: adm), 403),
        (try await origin.post(path, #"{"userId":\#(eve.id),"role":"owner"}"#, as: adm), 403),
        (try await origin.delete("\(path)/\(staff)", as: leo), 200),
      ] { #expect(answer.status == status, "\(answer.text)") }
      // A membership is found in its own team only.
      let other = try await origin.team("other", of: eve)
      #expect(try await origin.get("/v2/teams/\(other)/memberships/\(admin)", as: eve).status == 404)
      #expect(try await origin.delete("/v2/teams/\(other)/memberships/\(admin)", as: eve).status == 404)
    }
  }

  @Test func `what is sent must make sense`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let team = try await origin.team("clinic", of: ana)
      let path = "/v2/teams/\(team)/memberships"
      #expect(try await origin.post(path, #"{"userId":987654,"role":"staff"}"#, as: ana).status == 404)
      let wrong = try await origin.post(path, #"{"userId":"x","role":"boss","y":1}"#, as: ana)
      #expect(wrong.status == 400 && wrong.fields == ["role", "userId", "y"])
      let member = try await origin.post(path, #"{"userId":\#(leo.id),"role":"MEMBER"}"#, as: ana)
      #expect(member.data["role"]?.string == "staff")
      let twice = try await origin.post(path, #"{"userId":\#(leo.id),"role":"admin"}"#, as: ana)
      #expect(twice.status == 409 && twice.fields == ["userId"])
    }
  }

  @Test func `a team always has an owner`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let team = try await origin.team("clinic", of: ana)
      let path = "/v2/teams/\(team)/memberships"
      let owner = try #require(try await origin.get(path, as: ana).data.array?.first?["id"]?.int)
      let left = try await origin.delete("\(path)/\(owner)", as: ana)
      #expect(left.status == 409 && left.reason == "last_owner")
      #expect(try await origin.patch("\(path)/\(owner)", #"{"role":"admin"}"#, as: ana).status == 409)
      let leo = try await origin.signUp("leo")
      try await origin.join(team, leo, as: "owner", by: ana)
      #expect(try await origin.delete("\(path)/\(owner)", as: ana).status == 200)
      #expect(try await origin.get("/v2/teams/\(team)", as: leo).status == 200)
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `of owners who all leave, degrade or send away each other at once, one stays`() async throws {
    try await TestOrigin.run { origin async throws in
      var people: [Person] = []
      for name in ["ana", "leo", "mia"] { people.append(try await origin.signUp(name)) }
      let owners = people
      for round in 0..<30 {
        let team = try await origin.team("team-\(round)", of: owners[0])
        let path = "/v2/teams/\(team)/memberships"
        var ids = [try #require(try await origin.get(path, as: owners[0]).data.array?.first?["id"]?.int)]
        for person in owners.dropFirst() {
          ids.append(try await origin.join(team, person, as: "owner", by: owners[0]))
        }
        let members = ids
        let answers = try await origin.together(6) { index in
          let (target, caller) = (members[index % 3], owners[(index + index / 3) % 3])
          return index % 2 == 0
            ? try await origin.delete("\(path)/\(target)", as: caller)
            : try await origin.patch("\(path)/\(target)", #"{"role":"staff"}"#, as: caller)
        }
        #expect(answers.allSatisfy { [200, 403, 404, 409].contains($0.status) }, "\(answers.map(\.status))")
        let left = try await origin.count(
          "SELECT count(*) FROM memberships WHERE business_id = \(team) AND role = 'owner'")
        #expect(left >= 1, "round \(round): \(answers.map(\.status))")
      }
    }
  }

  @Test func `whoever joins hosts what everybody hosts, not flooded; whoever leaves hosts nothing there`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let mia = try await origin.signUp("mia")
      let team = try await origin.team("clinic", of: ana)
      let all = try await origin.teamEventType("all", of: team, allMembers: true)
      let some = try await origin.teamEventType("some", of: team)
      for (type, assigned) in [(all, 40), (some, 7)] {
        _ = try await origin.postgres.query(
          .once(
            """
            INSERT INTO event_type_hosts (business_id, event_type_id, user_id, assigned)
            VALUES (\(team), \(type), \(ana.id), \(assigned))
            """))
      }
      let path = "/v2/teams/\(team)/memberships"
      let joined = try await origin.post(path, #"{"userId":\#(leo.id)}"#, as: ana)
      #expect(joined.headers[.cachePurgeTags] == "business:\(team)")
      #expect(
        try await origin.count(
          "SELECT assigned FROM event_type_hosts WHERE user_id = \(leo.id) AND event_type_id = \(all)") == 40)
      #expect(try await origin.count("SELECT count(*) FROM event_type_hosts WHERE user_id = \(leo.id)") == 1)
      try await origin.join(team, mia, as: "staff", by: ana)
      let id = try #require(joined.data["id"]?.int)
      let gone = try await origin.delete("\(path)/\(id)", as: ana)
      #expect(gone.headers[.cachePurgeTags] == "business:\(team)")
      #expect(try await origin.count("SELECT count(*) FROM event_type_hosts WHERE user_id = \(leo.id)") == 0)
      #expect(
        try await origin.count("SELECT count(*) FROM event_type_hosts WHERE event_type_id = \(all)") == 2)
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `an event type of all members has them all, also those who join while it is made`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let mia = try await origin.signUp("mia")
      for round in 0..<30 {
        let team = try await origin.team("team-\(round)", of: ana)
        let answers = try await origin.together(3) { index in
          guard index > 0 else {
            return try await origin.post(
              "/v2/teams/\(team)/event-types",
              #"{"title":"T","slug":"t","lengthInMinutes":60,"schedulingType":"roundRobin","#
                + #""assignAllTeamMembers":true}"#, as: ana)
          }
          let person = index == 1 ? leo : mia
          return try await origin.post("/v2/teams/\(team)/memberships", #"{"userId":\#(person.id)}"#, as: ana)
        }
        #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.map(\.text))")
        let hosts = "SELECT count(*) FROM event_type_hosts WHERE business_id = \(team)"
        #expect(try await origin.count(hosts) == 3, "round \(round)")
      }
    }
  }

  @Test func `nobody is a host of a team that he is not in, whoever says so`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let team = try await origin.team("clinic", of: ana)
      let type = try await origin.teamEventType("a", of: team)
      await #expect(throws: PostgresError.self) {
        _ = try await origin.postgres.query(
          .once(
            """
            INSERT INTO event_type_hosts (business_id, event_type_id, user_id)
            VALUES (\(team), \(type), \(eve.id))
            """))
      }
    }
  }
}
