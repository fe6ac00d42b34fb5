import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Rule 9 of api.md 3.3.
@Suite struct BookingAbsenceTests {
  @Test func `absence is marked after the start only, by the owner only`() async throws {
    try await TestOrigin.run(now: "2030-01-08T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let booked = try await origin.book(
        try await origin.alwaysOpen("a", of: ana), "2030-01-08T10:00:00Z", email: "leo@mail.test")
      let early = try await origin.act(booked.uid, "mark-absent", #"{"host":true}"#, as: ana)
      #expect(early.status == 400, "\(early.text)")
      try origin.setClock("2030-01-08T10:30:00Z")
      let (anaNow, eveNow) = (try await origin.logIn(ana), try await origin.logIn(eve))
      #expect(try await origin.act(booked.uid, "mark-absent", #"{"host":true}"#).status == 401)
      #expect(try await origin.act(booked.uid, "mark-absent", #"{"host":true}"#, as: eveNow).status == 404)
      for body in [
        "{}", #"{"attendees":[]}"#, #"{"attendees":[{"email":"x@mail.test","absent":true}]}"#,
        #"{"host":"yes"}"#, #"{"attendees":[{"email":"leo@mail.test"}]}"#, #"{"host":true,"x":1}"#,
      ] {
        let answer = try await origin.act(booked.uid, "mark-absent", body, as: anaNow)
        #expect(answer.status == 400, "\(body) \(answer.text)")
      }
      let host = try await origin.act(booked.uid, "mark-absent", #"{"host":true}"#, as: anaNow)
      #expect(host.status == 200 && host.data["absentHost"]?.bool == true, "\(host.text)")
      #expect(host.bookingStatus == "accepted" && host.attendees.first?["absent"]?.bool == false)
      let guest = try await origin.act(
        booked.uid, "mark-absent", #"{"attendees":[{"email":"Leo@mail.test","absent":true}]}"#, as: anaNow)
      #expect(guest.status == 200 && guest.attendees.first?["absent"]?.bool == true, "\(guest.text)")
      #expect(guest.data["absentHost"]?.bool == true)
      let back = try await origin.act(
        booked.uid, "mark-absent", #"{"host":false,"attendees":[{"email":"leo@mail.test","absent":false}]}"#,
        as: anaNow)
      #expect(back.data["absentHost"]?.bool == false && back.attendees.first?["absent"]?.bool == false)
    }
  }
}
