import JSON
import Testing

@testable import Origin

/// `emailSettings` of a team's event type.
@Suite struct EmailSettingsTests {
  @Test func `they are kept, in parts too, and decide who gets mails`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let team = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType(
        "x", team: team, hosts: [ana], owner: ana, more: #""emailSettings":{"disableEmailsToHosts":true}"#)
      let read = try await origin.get("/v2/event-types/\(id)", as: ana)
      #expect(read.data["emailSettings"]?["disableEmailsToHosts"]?.bool == true)
      #expect(read.data["emailSettings"]?["disableEmailsToAttendees"]?.bool == false)
      let booked = try await origin.book(id, "2030-01-08T09:00:00Z")
      let store = EmailSettingsStore(origin.postgres)
      let booking = try #require(try await BookingStore(origin.postgres).booking(uid: booked.uid))
      let settings = try await store.settings(for: booking)
      let person = BookingMail.Person(name: "B", email: "b@mail.test", timeZone: "UTC", isHost: true)
      #expect(settings.silences(.host(ana.id)) && settings.silences(.departed(person)))
      #expect(!settings.silences(.attendee(0)) && !settings.silences(.guest(0)))
      let changed = try await origin.patch(
        "/v2/event-types/\(id)", #"{"emailSettings":{"disableEmailsToAttendees":true}}"#, as: ana)
      #expect(changed.status == 200, "\(changed.text)")
      #expect(
        try await store.settings(for: booking) == EmailSettings(silencesAttendees: true, silencesHosts: true))
      let wrong = try await origin.patch(
        "/v2/event-types/\(id)", #"{"emailSettings":{"disableAll":true}}"#, as: ana)
      #expect(wrong.fields == ["emailSettings.disableAll"], "\(wrong.text)")
      #expect(try await origin.delete("/v2/event-types/\(id)", as: ana).status == 200)
      let after = try #require(try await BookingStore(origin.postgres).booking(uid: booked.uid))
      #expect(try await store.settings(for: after) == EmailSettings())
    }
  }
}
