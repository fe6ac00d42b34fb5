import CalendarSync
import Foundation
import Testing

/// Whole objects, compared byte for byte with the files in `Tests/Corpus/ics`.
@Suite struct ICalendarCorpusTests {
  @Test func `a request`() throws {
    let event = ICalendarFixture.event {
      $0.description = "Agenda:\n1. Hello, world; \"quoted\" \\ done"
      $0.location = "Via Roma 10, Torino"
      $0.url = "https://daybook.test/booking/k3Vt9?lang=it"
      $0.alarmMinutesBefore = 15
      $0.attendees.append(
        ICalendarAttendee(
          person: ICalendarPerson(name: "", email: "sam@mail.test"), role: .optional,
          participation: .needsAction, isReplyRequested: true))
    }
    #expect(ICalendarFixture.text(event) == (try ICalendarFixture.corpus("request")))
  }

  @Test func `a cancellation of the second version`() throws {
    let event = ICalendarFixture.event(start: "2026-07-01T13:30:00Z", zone: "America/New_York") {
      $0.sequence = 2
      $0.alarmMinutesBefore = 15
    }
    #expect(ICalendarFixture.text(event, .cancel) == (try ICalendarFixture.corpus("cancel")))
  }

  @Test func `a publication in UTC with long international text`() throws {
    let event = ICalendarFixture.event(zone: nil) {
      $0.summary = String(repeating: "Grüße, 世界 👩‍👩‍👧; ", count: 6)
      $0.organizer = ICalendarPerson(
        name: "Müller, \"Jörg\"\r\nATTENDEE:mailto:evil@x", email: "jörg@müller.test")
    }
    #expect(ICalendarFixture.text(event, .publish) == (try ICalendarFixture.corpus("publish-international")))
  }
}
