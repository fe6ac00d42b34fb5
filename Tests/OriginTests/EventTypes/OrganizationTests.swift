import HTTPTypes
import JSON
import Testing

@testable import Origin

/// An organisation is a team: what clients of the format ask by one.
@Suite struct OrganizationTests {
  @Test func `a team's event type by its number is for hosts and managers; staff find it in the team's list`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (bob, cleo) = (try await origin.signUp("bob"), try await origin.signUp("cleo"))
      let team = try await origin.team(of: ana, with: bob, cleo)
      let id = try await origin.teamType("x", "roundRobin", hosts: origin.hostList(bob), team: team, by: ana)
      for person in [ana, bob] {
        #expect(try await origin.get("/v2/event-types/\(id)", as: person).status == 200)
      }
      #expect(try await origin.get("/v2/event-types/\(id)", as: cleo).status == 404)
      let listed = try await origin.get("/v2/teams/\(team)/event-types", as: cleo)
      #expect(listed.data.array?.count == 1, "\(listed.text)")
      // What she may not do is told as that: it is her own team.
      #expect(try await origin.patch("/v2/event-types/\(id)", #"{"title":"Y"}"#, as: cleo).status == 403)
      #expect(try await origin.delete("/v2/event-types/\(id)", as: cleo).status == 403)
    }
  }

  @Test func `a team's event types lie under it as an organisation too`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let team = try await origin.team("clinic", of: ana)
      let other = try await origin.team("other", of: ana)
      let path = "/v2/organizations/\(team)/teams/\(team)/event-types"
      let body = #"{"title":"T","slug":"t","lengthInMinutes":30,"schedulingType":"collective"}"#
      let made = try await origin.post(path, body, as: ana)
      #expect(made.status == 201, "\(made.text)")
      let id = try #require(made.data["id"]?.int)
      #expect(try await origin.get(path).data.array?.count == 1)
      #expect(try await origin.get("\(path)/\(id)", as: ana).data["teamId"]?.int == team)
      #expect(try await origin.patch("\(path)/\(id)", #"{"title":"U"}"#, as: ana).status == 200)
      // A team is in no other organisation.
      let strange = "/v2/organizations/\(other)/teams/\(team)/event-types"
      #expect(try await origin.get(strange).data == .array([]))
      #expect(try await origin.post(strange, body, as: ana).status == 404)
      #expect(try await origin.get("\(strange)/\(id)", as: ana).status == 404)
      #expect(try await origin.delete("\(strange)/\(id)", as: ana).status == 404)
      #expect(try await origin.delete("\(path)/\(id)", as: ana).status == 200)
    }
  }

  @Test func `lists and slots find people and teams by their organisation`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let bob = try await origin.signUp("bob")
      let team = try await origin.team("clinic", of: ana)
      let empty = try await origin.team("empty", of: bob)
      // One's own business is no organisation.
      let business = try await origin.businessID(of: ana)
      _ = try await origin.eventType("own", length: 60, of: ana)
      _ = try await origin.teamType("x", "collective", hosts: origin.hostList(ana), team: team, by: ana)
      let found = [
        "username=ana&orgSlug=clinic": 1, "username=ana&orgId=\(team)": 1,
        "username=ana&orgSlug=clinic&orgId=\(team)": 1, "username=ana&eventSlug=own&orgSlug=clinic": 1,
        "username=bob&orgSlug=clinic": 0, "username=ana&orgSlug=nobody": 0, "username=ana&orgSlug=empty": 0,
        "username=ana&orgSlug=empty&orgId=\(team)": 0, "orgSlug=clinic": 1, "orgId=\(team)": 1,
        "username=ana&orgId=\(empty)": 0, "username=bob&orgId=\(empty)": 0,
        "username=ana&orgId=\(business)": 0,
        "teamSlug=clinic&orgSlug=clinic": 1, "teamSlug=clinic&orgSlug=empty": 0, "orgId=999999": 0,
        "teamSlug=clinic&orgId=\(team)": 1, "teamSlug=empty&orgId=\(team)": 0,
      ]
      for (query, count) in found {
        let answer = try await origin.get("/v2/event-types?\(query)")
        #expect(answer.status == 200 && answer.data.array?.count == count, "\(query): \(answer.text)")
        #expect(answer.headers[.cacheControl]?.contains("s-maxage") != true || !query.contains("org"))
      }
      let range = "start=2050-09-05&end=2050-09-05"
      let slots = [
        "eventTypeSlug=own&username=ana&organizationSlug=clinic": 200,
        "eventTypeSlug=own&username=ana&organizationSlug=empty": 404,
        "eventTypeSlug=x&teamSlug=clinic&organizationSlug=clinic": 200,
        "eventTypeSlug=x&teamSlug=clinic&organizationSlug=empty": 404,
        "eventTypeSlug=own&username=ana&organizationSlug=nobody": 404,
      ]
      for (query, status) in slots {
        #expect(try await origin.get("/v2/slots?\(query)&\(range)").status == status, "\(query)")
      }
    }
  }
}
