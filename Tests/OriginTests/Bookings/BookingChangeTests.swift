import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Later changes of who comes and where: the last lines of api.md 1.4.
@Suite struct BookingChangeTests {
  private func booked(_ origin: TestOrigin, _ ana: Person, more: String = "") async throws -> Answer {
    let id = try await origin.alwaysOpen("a", more: more, of: ana)
    let answer = try await origin.book(id, "2030-01-08T10:00:00Z")
    #expect(answer.status == 201, "\(answer.text)")
    return answer
  }

  @Test func `attendees are listed and added, guests invited, by the host alone`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let uid = try await booked(origin, ana).uid
      let mia = #"{"name":"Mia","email":"mia@mail.test","timeZone":"Europe/Rome"}"#
      let before = try await origin.mails().count
      #expect(try await origin.act(uid, "attendees", mia).status == 401)
      #expect(try await origin.act(uid, "attendees", mia, as: eve).status == 404)
      #expect(try await origin.get("/v2/bookings/\(uid)/attendees", as: eve).status == 404)
      let added = try await origin.act(uid, "attendees", mia, as: ana)
      #expect(added.status == 201 && added.data["email"]?.string == "mia@mail.test", "\(added.text)")
      #expect(try await origin.act(uid, "attendees", mia, as: ana).status == 400)
      let list = try await origin.get("/v2/bookings/\(uid)/attendees", as: ana)
      #expect(list.all("email") == ["leo@mail.test", "mia@mail.test"], "\(list.text)")
      #expect(try await origin.get("/v2/bookings/\(uid)").attendees.count == 2)
      let guests = #"{"guests":["sam@mail.test","sam@mail.test","Mia@mail.test"]}"#
      #expect(try await origin.act(uid, "guests", guests).status == 401)
      #expect(try await origin.act(uid, "guests", guests, as: eve).status == 404)
      #expect(try await origin.act(uid, "guests", #"{"guests":["nobody"]}"#, as: ana).status == 400)
      #expect(try await origin.act(uid, "guests", #"{"guests":[]}"#, as: ana).status == 400)
      let invited = try await origin.act(uid, "guests", guests, as: ana)
      #expect(200...201 ~= invited.status, "\(invited.text)")
      #expect(invited.data["guests"] == .array([.string("sam@mail.test")]), "\(invited.text)")
      #expect(try await origin.mails().count == before + 2)
      let cancelled = try await origin.act(uid, "cancel")
      #expect(cancelled.status == 200)
      let told = try await origin.mails().filter { $0.contains("cancelled") }
      #expect(told.count == 4, "\(told)")
      #expect(try await origin.act(uid, "attendees", mia, as: ana).status == 400)
      #expect(try await origin.act(uid, "guests", guests, as: ana).status == 400)
    }
  }

  @Test func `the place changes, and all are told`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let uid = try await booked(
        origin, ana,
        more: #""locations":[{"type":"link","link":"https://meet.test/a"},{"type":"attendeeAddress"}]"#
      ).uid
      let there = #"{"location":{"type":"attendeeAddress","address":"Via Roma 10"}}"#
      #expect(try await origin.patch("/v2/bookings/\(uid)/location", there).status == 401)
      #expect(try await origin.patch("/v2/bookings/\(uid)/location", there, as: eve).status == 404)
      for wrong in [
        "{}", #"{"location":{"type":"moon"}}"#, #"{"location":7}"#,
        #"{"location":{"type":"attendeeAddress"}}"#,
      ] {
        let answer = try await origin.patch("/v2/bookings/\(uid)/location", wrong, as: ana)
        #expect(answer.status == 400, "\(wrong) \(answer.text)")
      }
      for place in ["Via Roma 10", "Via Milano 2"] {
        let before = try await origin.mails().count
        let answer = try await origin.patch(
          "/v2/bookings/\(uid)/location",
          #"{"location":{"type":"attendeeAddress","address":"\#(place)"}}"#, as: ana)
        #expect(answer.status == 200 && answer.data["location"]?.string == place, "\(answer.text)")
        #expect(try await origin.mails().count == before + 2, "all are told of \(place)")
      }
    }
  }

  @Test func `a host asks for another time, which cancels`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let booked = try await booked(origin, ana)
      #expect(try await origin.act(booked.uid, "request-reschedule").status == 401)
      #expect(try await origin.act(booked.uid, "request-reschedule", as: eve).status == 404)
      let asked = try await origin.act(
        booked.uid, "request-reschedule", #"{"rescheduleReason":"ill"}"#, as: ana)
      #expect(asked.status == 200, "\(asked.text)")
      #expect(try await origin.get("/v2/bookings/\(booked.uid)").bookingStatus == "cancelled")
      #expect(try await origin.mails().contains { $0.contains("rescheduleRequested") })
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 0)
      #expect(try await origin.act(booked.uid, "request-reschedule", as: ana).status == 400)
    }
  }
}
