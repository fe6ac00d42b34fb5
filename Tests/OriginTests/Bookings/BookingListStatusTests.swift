import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Rule 6 of api.md 3.3: what each filter of 1.4 shows, and to whom.
@Suite struct BookingListStatusTests {
  @Test func `each status shows its own, the counts are right`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let plain = try await origin.alwaysOpen("a", of: ana)
      let asking = try await origin.alwaysOpen(
        "b", more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}"#, of: ana
      )
      let weekly = try await origin.alwaysOpen(
        "c", more: #""recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#, of: ana)
      let past = try await origin.book(plain, "2030-01-01T10:00:00Z").uid
      let upcoming = try await origin.book(plain, "2030-01-08T10:00:00Z").uid
      let cancelled = try await origin.book(plain, "2030-01-08T11:00:00Z").uid
      let pending = try await origin.book(asking, "2030-01-08T12:00:00Z").uid
      let rejected = try await origin.book(asking, "2030-01-08T13:00:00Z").uid
      let series = try await origin.book(weekly, "2030-01-08T14:00:00Z").all("uid")
      _ = try await origin.act(cancelled, "cancel")
      _ = try await origin.act(rejected, "decline", as: ana)
      try origin.setClock("2030-01-02T08:00:00Z")
      let now = try await origin.logIn(ana)
      let shown: [(String, [String])] = [
        ("past", [past]), ("cancelled", [cancelled, rejected]), ("unconfirmed", [pending]),
        ("recurring", series),
        ("upcoming", [upcoming, pending] + series), ("past,unconfirmed", [past, pending]),
        ("recurring,past", [past] + series),
      ]
      for (status, uids) in shown {
        let answer = try await origin.get("/v2/bookings?status=\(status)", as: now)
        #expect(answer.all("uid") == uids, "\(status)")
        #expect(answer.json["pagination"]?["totalItems"]?.int == uids.count, "\(status)")
      }
      for wrong in [
        "status=next", "status=upcoming,next", "take=0", "take=251", "skip=-1", "sortStart=up",
        "afterStart=tomorrow", "x=1",
      ] {
        #expect(try await origin.get("/v2/bookings?\(wrong)", as: now).status == 400, "\(wrong)")
      }
      let one = try await origin.get("/v2/bookings?bookingUid=\(upcoming)", as: now)
      #expect(one.all("uid") == [upcoming])
      let types = try await origin.get("/v2/bookings?eventTypeIds=\(asking),\(weekly)", as: now)
      #expect(types.all("uid") == [pending, rejected] + series)
      let last = try await origin.get("/v2/bookings?take=3&skip=6", as: now)
      let page = last.json["pagination"]
      #expect(last.data.array?.count == 2 && page?["totalItems"]?.int == 8 && page?["currentPage"]?.int == 3)
      #expect(page?["totalPages"]?.int == 3 && page?["hasNextPage"]?.bool == false)
      #expect(page?["hasPreviousPage"]?.bool == true && page?["remainingItems"]?.int == 0)
    }
  }

  @Test func `a team's bookings are seen by who manages it, its staff see their own`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let (cid, eve) = (try await origin.signUp("cid"), try await origin.signUp("eve"))
      let team = try await origin.staffedTeam(owner: ana, admin: bob, staff: cid)
      let type = try await origin.teamType("t", "collective", team: team, hosts: [cid], owner: ana)
      let own = try await origin.alwaysOpen("own", of: bob)
      let booked = try await origin.book(type, "2030-01-08T10:00:00Z").uid
      let bobs = try await origin.book(own, "2030-01-08T12:00:00Z").uid
      for person in [ana, bob, cid] {
        let all = try await origin.get("/v2/bookings", as: person).all("uid")
        #expect(all == (person.id == bob.id ? [booked, bobs] : [booked]), "\(person.username)")
        for query in ["teamId=\(team)", "teamsIds=\(team),999"] {
          #expect(
            try await origin.get("/v2/bookings?\(query)", as: person).all("uid") == [booked], "\(query)")
        }
      }
      #expect(try await origin.get("/v2/bookings", as: eve).data == .array([]))
      #expect(try await origin.get("/v2/bookings?teamId=\(team)", as: eve).data == .array([]))
      #expect(try await origin.get("/v2/bookings?teamId=999", as: ana).data == .array([]))
    }
  }
}
