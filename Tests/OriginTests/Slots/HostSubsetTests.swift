import JSON
import Testing

@testable import Origin

/// Some of a round robin's hosts only: read by `rrHostSubsetIds`, booked by `routing.teamMemberIds`.
@Suite struct HostSubsetTests {
  @Test func `only the hosts named count, beside those who always have to be there`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "11:00")
      let bob = try await origin.host("bob", "UTC", "10:00", "13:00")
      let cleo = try await origin.host("cleo", "UTC", "09:00", "12:00")
      let team = try await origin.team(of: ana, with: bob, cleo)
      let id = try await origin.teamType(
        "any", "roundRobin",
        hosts: origin.hostList(ana, bob) + #",{"userId":\#(cleo.id),"mandatory":true}"#, team: team, by: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.utcSlots(query)["2050-09-05"] == ["09:00", "10:00", "11:00"])
      let only: [String: [String]?] = [
        "\(ana.id)": ["09:00", "10:00"], "\(bob.id)": ["10:00", "11:00"],
        "\(ana.id),\(bob.id)": ["09:00", "10:00", "11:00"],
        "\(cleo.id)": nil, "999999": nil, "": ["09:00", "10:00", "11:00"],
      ]
      for (ids, slots) in only {
        #expect(try await origin.utcSlots("\(query)&rrHostSubsetIds=\(ids)")["2050-09-05"] == slots, "\(ids)")
      }
      for ids in ["x", "1,,2", "1.5"] {
        let answer = try await origin.get("/v2/slots?\(query)&rrHostSubsetIds=\(ids)")
        #expect(answer.status == 400 && answer.fields == ["rrHostSubsetIds"], "\(answer.text)")
      }
      // Nobody else gets what asks for one of them, whoever's turn it is.
      for start in ["10:00", "11:00"] {
        let booked = try await origin.book(
          id, "2050-09-05T\(start):00Z", more: #""routing":{"responseId":5,"teamMemberIds":[\#(bob.id)]}"#)
        #expect(booked.status == 201 && Set(booked.hostIDs) == [bob.id, cleo.id], "\(booked.text)")
      }
      let early = try await origin.book(
        id, "2050-09-05T09:00:00Z", more: #""routing":{"teamMemberIds":[\#(bob.id)]}"#)
      #expect(early.status == 400 && early.reason == "not_available", "\(early.text)")
      let nobody = try await origin.book(
        id, "2050-09-05T09:00:00Z", more: #""routing":{"teamMemberIds":[\#(cleo.id)]}"#)
      #expect(nobody.fields == ["routing.teamMemberIds"], "\(nobody.text)")
      let any = try await origin.book(id, "2050-09-05T09:00:00Z", more: #""routing":{"teamMemberIds":[]}"#)
      #expect(any.status == 201, "\(any.text)")
    }
  }

  @Test func `where work is not shared it changes nothing`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "11:00")
      let id = try await origin.eventType("own", length: 60, of: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05&rrHostSubsetIds=999"
      #expect(try await origin.utcSlots(query)["2050-09-05"] == ["09:00", "10:00"])
      let booked = try await origin.book(
        id, "2050-09-05T09:00:00Z", more: #""routing":{"teamMemberIds":[999]}"#)
      #expect(booked.status == 201, "\(booked.text)")
    }
  }

  @Test func `a meeting at once is refused in so many words`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "11:00")
      let own = try await origin.eventType("own", length: 60, of: ana)
      let team = try await origin.team(of: ana)
      let shared = try await origin.teamType(
        "any", "roundRobin", hosts: origin.hostList(ana), team: team, by: ana)
      for id in [own, shared] {
        let refused = try await origin.book(id, "2050-09-05T09:00:00Z", more: #""instant":true"#)
        #expect(refused.status == 400 && refused.fields == ["instant"], "\(refused.text)")
      }
      let booked = try await origin.book(own, "2050-09-05T09:00:00Z", more: #""instant":false"#)
      #expect(booked.status == 201, "\(booked.text)")
    }
  }
}
