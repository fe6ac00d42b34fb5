import JSON
import Testing

@testable import Origin

/// slots.md 2.9: hosts together, read and booked through the API.
@Suite struct SlotTeamTests {
  @Test func `83: a collective is free when everybody is`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "Asia/Kolkata", "09:30", "18:00")
      let bob = try await origin.host("bob", "Asia/Kolkata", "09:30", "18:00")
      let team = try await origin.team(of: ana, with: bob)
      let id = try await origin.teamType(
        "both", "collective", length: 45, hosts: origin.hostList(ana, bob), more: #""slotInterval":45"#,
        team: team,
        by: ana)
      for (person, start) in [(ana, "04:00"), (bob, "05:30")] {
        let own = try await origin.eventType("own", length: 15, of: person)
        let booked = try await origin.book(own, "2050-09-05T\(start):00Z", timeZone: "Asia/Kolkata")
        #expect(booked.status == 201, "\(booked.text)")
      }
      let query = try origin.istDay("2050-09-05")
      #expect(
        try await origin.utcSlots("eventTypeId=\(id)&\(query)")["2050-09-05"] == [
          "04:15", "05:45", "06:30", "07:15", "08:00", "08:45", "09:30", "10:15", "11:00", "11:45",
        ])
      let taken = try await origin.book(id, "2050-09-05T05:15:00Z", timeZone: "Asia/Kolkata")
      #expect(taken.status == 400, "\(taken.text)")
      let booked = try await origin.book(id, "2050-09-06T04:30:00Z", timeZone: "Asia/Kolkata")
      #expect(booked.status == 400, "a slot of 45 minutes begins at 04:00 and 04:45")
      try await origin.checkEdges(query, of: id, zone: "Asia/Kolkata")
      // Both have the booking, and the time of both is gone.
      for person in [ana, bob] {
        let slots = try await origin.utcSlots("eventTypeSlug=own&username=\(person.username)&\(query)")
        #expect(
          slots["2050-09-05"]?.contains("12:00") == false && slots["2050-09-05"]?.contains("04:15") == false)
      }
    }
  }

  @Test func `86: a round robin is free when one is, and as often as there are hosts`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let eve = try await origin.host("eve", "Asia/Kolkata", "17:00", "22:00")
      let bob = try await origin.host("bob", "Asia/Kolkata", "09:30", "18:00")
      let team = try await origin.team(of: eve, with: bob)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: origin.hostList(eve, bob), team: team, by: eve)
      let query = try origin.istDay("2050-09-05")
      let day = try await origin.utcSlots("eventTypeId=\(id)&\(query)")["2050-09-05"]
      #expect(day?.count == 12 && day?.first == "04:30" && day?.last == "15:30", "\(day ?? [])")
      var hosts: Set<Int> = []
      for email in ["a@mail.test", "b@mail.test"] {
        let booked = try await origin.book(id, "2050-09-05T11:30:00Z", email: email, timeZone: "Asia/Kolkata")
        #expect(booked.status == 201 && booked.data["hosts"]?.array?.count == 1, "\(booked.text)")
        hosts.insert(booked.data["hosts"]?.array?.first?["id"]?.int ?? 0)
      }
      #expect(hosts == [eve.id, bob.id])
      #expect(try await origin.book(id, "2050-09-05T11:30:00Z", timeZone: "Asia/Kolkata").status == 400)
      #expect(
        try await origin.utcSlots("eventTypeId=\(id)&\(query)")["2050-09-05"]?.contains("11:30") == false)
      try await origin.checkEdges(
        query, of: id, zone: "Asia/Kolkata", unlisted: ["2050-09-05T03:30:00Z", "2050-09-05T16:30:00Z"])
      #expect(try await origin.book(id, "2050-09-05T04:30:00Z", timeZone: "Asia/Kolkata").status == 400)
    }
  }

  @Test func `89: the event type's schedule stands before its hosts'`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "Asia/Kolkata", "09:30", "18:00")
      let bob = try await origin.host("bob", "Asia/Kolkata", "12:30", "20:00")
      let team = try await origin.team(of: ana, with: bob)
      let evening = try await origin.schedule("Asia/Kolkata", "17:00", "22:00", of: ana)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: origin.hostList(ana, bob), more: #""scheduleId":\#(evening)"#, team: team,
        by: ana)
      let query = try origin.istDay("2050-09-05")
      #expect(
        try await origin.utcSlots("eventTypeId=\(id)&\(query)")["2050-09-05"]
          == ["11:30", "12:30", "13:30", "14:30", "15:30"])
      try await origin.checkEdges(query, of: id, zone: "Asia/Kolkata", unlisted: ["2050-09-05T10:30:00Z"])
    }
  }

  @Test func `a host's schedule of this event type stands before his default`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let morning = try await origin.schedule("UTC", "06:00", "08:00", of: ana)
      let team = try await origin.team(of: ana)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: #"{"userId":\#(ana.id),"scheduleId":\#(morning)}"#, team: team, by: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots(query)["2050-09-05"] == ["06:00", "07:00"])
      let back = try await origin.patch(
        "/v2/teams/\(team)/event-types/\(id)", #"{"hosts":[{"userId":\#(ana.id)}]}"#, as: ana)
      #expect(back.status == 200, "\(back.text)")
      #expect(try await origin.slots(query)["2050-09-05"]?.first == "09:00")
    }
  }

  @Test func `91: hours that only touch have nothing in common`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "10:00")
      let bob = try await origin.host("bob", "UTC", "10:00", "11:00")
      let team = try await origin.team(of: ana, with: bob)
      for length in [60, 1] {
        let id = try await origin.teamType(
          "both\(length)", "collective", length: length, hosts: origin.hostList(ana, bob), team: team, by: ana
        )
        #expect(try await origin.slots("eventTypeId=\(id)&start=2050-09-05&end=2050-09-09").isEmpty)
        for hour in ["09", "10"] {
          #expect(try await origin.book(id, "2050-09-05T\(hour):00:00Z").status == 400)
        }
      }
    }
  }

  @Test func `a mandatory host of a round robin is in every booking`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "12:00")
      let bob = try await origin.host("bob", "UTC", "09:00", "17:00")
      let cid = try await origin.host("cid", "UTC", "09:00", "17:00")
      let team = try await origin.team(of: ana, with: bob, cid)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: #"{"userId":\#(ana.id),"mandatory":true},"# + origin.hostList(bob, cid),
        team: team,
        by: ana)
      let query = "start=2050-09-05&end=2050-09-05"
      #expect(
        try await origin.slots("eventTypeId=\(id)&\(query)")["2050-09-05"] == ["09:00", "10:00", "11:00"])
      let booked = try await origin.book(id, "2050-09-05T09:00:00Z")
      let hosts = booked.data["hosts"]?.array?.compactMap { $0["id"]?.int } ?? []
      #expect(hosts.count == 2 && hosts.contains(ana.id), "\(booked.text)")
      // The others' time is of no use without her.
      #expect(try await origin.book(id, "2050-09-05T09:00:00Z").status == 400)
      try await origin.checkEdges(query, of: id, unlisted: ["2050-09-05T12:00:00Z"])
    }
  }

  @Test func `who is of higher priority has the booking while he is free`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let bob = try await origin.host("bob", "UTC", "09:00", "17:00")
      let team = try await origin.team(of: ana, with: bob)
      let id = try await origin.teamType(
        "any", "roundRobin",
        hosts: #"{"userId":\#(ana.id),"priority":"low"},{"userId":\#(bob.id),"priority":"highest"}"#,
        team: team,
        by: ana)
      for (start, host) in [("09", bob), ("09", ana), ("10", bob), ("11", bob)] {
        let booked = try await origin.book(id, "2050-09-05T\(start):00:00Z")
        #expect(booked.data["hosts"]?.array?.first?["id"]?.int == host.id, "\(start) \(booked.text)")
      }
    }
  }

  @Test func `an event type of a team is found by team and slug`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let team = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: origin.hostList(ana), team: team, by: ana)
      let day = "start=2050-09-05&end=2050-09-05"
      let byID = try await origin.get("/v2/slots?eventTypeId=\(id)&\(day)")
      for mode in ["eventTypeSlug=any&teamSlug=clinic", "eventTypeId=\(id)&eventTypeSlug=no&username=nobody"]
      {
        #expect(try await origin.get("/v2/slots?\(mode)&\(day)").data == byID.data, "\(mode)")
      }
      for mode in [
        "eventTypeSlug=any&teamSlug=other", "eventTypeSlug=no&teamSlug=clinic",
        "eventTypeSlug=any&username=ana",
      ] {
        #expect(try await origin.get("/v2/slots?\(mode)&\(day)").status == 404, "\(mode)")
      }
      for mode in [
        "eventTypeSlug=any", "username=ana", "teamSlug=clinic", "", "usernames=ana&organizationSlug=o",
      ] {
        let refused = try await origin.get("/v2/slots?\(mode)\(mode.isEmpty ? "" : "&")\(day)")
        #expect(refused.status == 400 && !refused.fields.isEmpty, "\(mode) \(refused.text)")
      }
    }
  }

  @Test func `without hosts nothing is listed, and booking says so`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let team = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType("any", "roundRobin", hosts: "", team: team, by: ana)
      #expect(try await origin.slots("eventTypeId=\(id)&start=2050-09-05&end=2050-09-09").isEmpty)
      let refused = try await origin.book(id, "2050-09-05T09:00:00Z")
      #expect(refused.status == 422 && refused.reason == "no_hosts", "\(refused.text)")
      let reserved = try await origin.post(
        "/v2/slots/reservations", #"{"eventTypeId":\#(id),"slotStart":"2050-09-05T09:00:00Z"}"#)
      #expect(reserved.status == 400, "\(reserved.text)")
    }
  }
}
