import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Rule 10 of api.md 3.3, and 3.5 on confirmation.
@Suite struct ConfirmationTests {
  private static let always =
    #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}"#
  private static let blocking =
    #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}"#
  private let ten = "2030-01-08T10:00:00Z"

  @Test func `a pending booking is accepted by its owner, once`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let booked = try await origin.book(try await origin.alwaysOpen("a", more: Self.always, of: ana), ten)
      #expect(booked.status == 201 && booked.bookingStatus == "pending", "\(booked.text)")
      #expect(try await origin.act(booked.uid, "confirm").status == 401)
      #expect(try await origin.act(booked.uid, "confirm", as: eve).status == 403)
      #expect(try await origin.act(booked.uid, "decline", as: eve).status == 403)
      #expect(try await origin.send(.post, "/v2/bookings/\(booked.uid)/confirm", as: ana).status == 200)
      #expect(try await origin.get("/v2/bookings/\(booked.uid)").bookingStatus == "accepted")
      #expect(try await origin.act(booked.uid, "confirm", as: ana).status == 400)
      #expect(try await origin.act(booked.uid, "decline", as: ana).status == 400)
      #expect(try await origin.act("nobody1", "confirm", as: ana).status == 404)
    }
  }

  @Test func `a declined one gives its time back and stays declined`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", more: Self.blocking, of: ana)
      let booked = try await origin.book(id, ten)
      #expect(try await origin.book(id, ten).reason == "slot_taken")
      let declined = try await origin.act(booked.uid, "decline", #"{"reason":"away"}"#, as: ana)
      #expect(declined.status == 200 && declined.bookingStatus == "rejected", "\(declined.text)")
      #expect(try await origin.act(booked.uid, "confirm", as: ana).status == 400)
      #expect(try await origin.act(booked.uid, "cancel").status == 400)
      #expect(try await origin.book(id, ten).status == 201)
    }
  }

  @Test func `where requests do not block, one of two for a time can be confirmed`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", more: Self.always, of: ana)
      let first = try await origin.book(id, ten, email: "a@mail.test")
      let second = try await origin.book(id, ten, email: "b@mail.test")
      #expect(first.status == 201 && second.status == 201, "\(second.text)")
      #expect(try await origin.act(second.uid, "confirm", as: ana).status == 200)
      let late = try await origin.act(first.uid, "confirm", as: ana)
      #expect(late.status == 400 && late.reason == "slot_taken", "\(late.text)")
      #expect(try await origin.get("/v2/bookings/\(first.uid)").bookingStatus == "pending")
      #expect(try await origin.act(first.uid, "decline", as: ana).status == 200)
    }
  }

  @Test func `only starts nearer than the threshold need a yes`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let policy =
        #""confirmationPolicy":{"type":"time","noticeThreshold":{"unit":"hours","count":24},"blockUnconfirmedBookingsInBooker":true}"#
      let id = try await origin.alwaysOpen("a", more: policy, of: ana)
      #expect(try await origin.book(id, "2030-01-02T07:00:00Z").bookingStatus == "pending")
      #expect(try await origin.book(id, "2030-01-02T09:00:00Z").bookingStatus == "accepted")
    }
  }

  @Test func `a host's move stands at once, anybody else's asks again`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", more: Self.blocking, of: ana)
      let booked = try await origin.book(id, ten)
      #expect(try await origin.act(booked.uid, "confirm", as: ana).status == 200)
      let byBooker = try await origin.move(booked.uid, to: "2030-01-08T12:00:00Z")
      #expect(byBooker.status == 201 && byBooker.bookingStatus == "pending", "\(byBooker.text)")
      let byHost = try await origin.move(
        byBooker.uid, to: "2030-01-08T14:00:00Z", more: #""rescheduledBy":"\#(ana.email)""#)
      #expect(byHost.status == 201 && byHost.bookingStatus == "accepted", "\(byHost.text)")
      #expect(byHost.data["rescheduledByEmail"]?.string == ana.email)
      #expect(try await origin.act(byHost.uid, "cancel").bookingStatus == "cancelled")
    }
  }

  @Test func `a yes or a no is for the whole series`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: Self.blocking + #","recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#,
        of: ana)
      let first = try await origin.book(id, ten)
      #expect(first.status == 201 && Set(first.all("status")) == ["pending"], "\(first.text)")
      let confirmed = try await origin.act(first.all("uid")[1], "confirm", as: ana)
      #expect(confirmed.status == 200, "\(confirmed.text)")
      for uid in first.all("uid") {
        #expect(try await origin.get("/v2/bookings/\(uid)").bookingStatus == "accepted")
      }
      let second = try await origin.book(id, "2030-01-08T12:00:00Z")
      let series = second.all("recurringBookingUid")[0]
      let declined = try await origin.act(series, "decline", as: ana)
      #expect(declined.status == 200 && Set(declined.all("status")) == ["rejected"], "\(declined.text)")
      let third = try await origin.book(id, "2030-01-08T12:00:00Z")
      #expect(try await origin.act(third.all("uid")[2], "decline", as: ana).status == 200)
      #expect(try await origin.count("SELECT count(*) FROM bookings WHERE status = 'rejected'") == 6)
    }
  }

  @Test func `in a team its host, owner and admins decide, other staff do not`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let (cid, dan) = (try await origin.signUp("cid"), try await origin.signUp("dan"))
      let team = try await origin.staffedTeam(owner: ana, admin: bob, staff: cid)
      try await origin.join(team, dan, as: "staff", by: ana)
      let id = try await origin.teamType(
        "a", "collective", team: team, hosts: [cid], owner: ana, more: Self.blocking)
      for (hour, decider) in [ana, bob, cid].enumerated() {
        let booked = try await origin.book(id, "2030-01-08T1\(hour):00:00Z")
        #expect(booked.bookingStatus == "pending", "\(booked.text)")
        for action in ["confirm", "decline"] {
          #expect(try await origin.act(booked.uid, action, as: dan).status == 403)
        }
        #expect(try await origin.act(booked.uid, "confirm", as: decider).status == 200)
      }
    }
  }
}
