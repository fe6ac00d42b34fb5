import CalendarSync
import Foundation
import Testing

@Suite struct ICalendarEventTests {
  @Test func `times are local with the zone's name, and the zone is defined`() {
    let event = ICalendarFixture.event()
    #expect(ICalendarFixture.line("DTSTART", event) == "DTSTART;TZID=Europe/Berlin:20261201T100000")
    #expect(ICalendarFixture.line("DTEND", event) == "DTEND;TZID=Europe/Berlin:20261201T103000")
    #expect(ICalendarFixture.lines(event).contains("TZID:Europe/Berlin"))
  }

  @Test(arguments: [nil, "UTC", "GMT"])
  func `without a zone, or in UTC, times end in Z and no zone is defined`(_ zone: String?) {
    let event = ICalendarFixture.event(zone: zone)
    #expect(ICalendarFixture.line("DTSTART", event) == "DTSTART:20261201T090000Z")
    #expect(!ICalendarFixture.text(event).contains("VTIMEZONE"))
  }

  /// 02:30 comes twice on this night in Berlin; iCalendar's 02:30 is the first.
  @Test func `a time in the repeated hour is local the first time and UTC the second`() {
    let first = ICalendarFixture.event(start: "2026-10-25T00:30:00Z", minutes: 15)
    #expect(ICalendarFixture.line("DTSTART", first) == "DTSTART;TZID=Europe/Berlin:20261025T023000")
    let second = ICalendarFixture.event(start: "2026-10-25T01:30:00Z", minutes: 15)
    #expect(ICalendarFixture.line("DTSTART", second) == "DTSTART:20261025T013000Z")
    let across = ICalendarFixture.event(start: "2026-10-25T00:30:00Z", minutes: 60)
    #expect(ICalendarFixture.line("DTEND", across) == "DTEND:20261025T013000Z")
    let after = ICalendarFixture.event(start: "2026-10-25T02:00:00Z", minutes: 15)
    #expect(ICalendarFixture.line("DTSTART", after) == "DTSTART;TZID=Europe/Berlin:20261025T030000")
  }

  @Test func `a cancellation is cancelled, keeps its UID and has no alarm`() {
    let lines = ICalendarFixture.lines(ICalendarFixture.event { $0.alarmMinutesBefore = 10 }, .cancel)
    #expect(lines.contains("METHOD:CANCEL") && lines.contains("STATUS:CANCELLED"))
    #expect(lines.contains("UID:k3Vt9@daybook.test") && !lines.contains("BEGIN:VALARM"))
  }

  @Test func `no line is longer than 75 octets and no character is split`() throws {
    for padding in 0..<80 {
      let event = ICalendarFixture.event {
        $0.summary = String(repeating: "x", count: padding) + String(repeating: "é世👍🏽", count: 40)
      }
      let lines = ICalendarFixture.physicalLines(event)
      try #require(lines.allSatisfy { $0.utf8.count <= 75 && !$0.unicodeScalars.contains("\u{FFFD}") })
      try #require(ICalendarFixture.line("SUMMARY", event) == "SUMMARY:" + event.summary)
    }
  }

  @Test(arguments: [
    "x\r\nATTENDEE:mailto:evil@x.test", "x\nEND:VEVENT", "x\rBEGIN:VALARM", "x\u{2028}y",
    "x\u{0}\u{1B}\u{7F}\u{85}y",
    "\"; ROLE=CHAIR:mailto:evil@x.test", "a\\nb", "^n^'^^", ";:,",
  ])
  func `hostile text stays inside its value`(_ hostile: String) {
    let event = ICalendarFixture.event {
      $0.uid = hostile
      $0.summary = hostile
      $0.description = hostile
      $0.location = hostile
      $0.url = hostile
      $0.organizer = ICalendarPerson(name: hostile, email: hostile)
      $0.attendees = [ICalendarAttendee(person: ICalendarPerson(name: hostile, email: hostile))]
    }
    let names = ICalendarFixture.lines(event).map { String($0.prefix { $0 != ":" && $0 != ";" }) }
    #expect(names.filter { $0 == "ATTENDEE" }.count == 1)
    #expect(names.filter { $0 == "END" }.count == 5)
    #expect(!names.contains("VALARM"))
    let text = ICalendarFixture.text(event).replacing("\r\n", with: "")
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
    // Nothing but parameters with balanced quotes stands before the address.
    let attendee = ICalendarFixture.line("ATTENDEE", event)
    #expect(attendee.filter { $0 == "\"" }.count == 2)
    #expect(attendee.contains("ROLE=REQ-PARTICIPANT;"))
  }

  @Test func `text is escaped as the RFC says`() {
    let event = ICalendarFixture.event { $0.summary = "a\\b;c,d\ne\r\nf\rg\th\"i:j" }
    #expect(ICalendarFixture.line("SUMMARY", event) == #"SUMMARY:a\\b\;c\,d\ne\nf\ng"# + "\th\"i:j")
  }

  @Test func `names are quoted and addresses are URIs`() {
    let event = ICalendarFixture.event {
      $0.organizer = ICalendarPerson(name: "Kim; Leo: \"L\" ^", email: "a+b'c@x.test")
      $0.attendees = [ICalendarAttendee(person: ICalendarPerson(name: "", email: "ü %?&@x.test"))]
    }
    #expect(
      ICalendarFixture.line("ORGANIZER", event) == "ORGANIZER;CN=\"Kim; Leo: 'L' ^^\":mailto:a+b'c@x.test")
    #expect(ICalendarFixture.line("ATTENDEE", event).hasSuffix("RSVP=FALSE:mailto:%C3%BC%20%25%3F%26@x.test"))
  }

  @Test func `text is bounded at a whole character`() {
    let event = ICalendarFixture.event { $0.description = String(repeating: "世", count: 100_000) }
    #expect(ICalendarFixture.line("DESCRIPTION", event).utf8.count == "DESCRIPTION:".utf8.count + 8190)
  }
}
