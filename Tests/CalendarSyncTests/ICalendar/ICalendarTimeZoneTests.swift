import CalendarSync
import Foundation
import Testing

@Suite struct ICalendarTimeZoneTests {
  @Test func `a zone with yearly rules is written as its two rules`() {
    #expect(
      ICalendarFixture.zoneLines(ICalendarFixture.event()) == [
        "BEGIN:DAYLIGHT", "DTSTART:20260329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:DAYLIGHT",
        "BEGIN:STANDARD", "DTSTART:20261025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
      ])
  }

  @Test func `a rule that counts from the start of the month is told from one that counts from its end`() {
    let lines = ICalendarFixture.zoneLines(ICalendarFixture.event(zone: "America/New_York"))
    #expect(lines.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"))
    #expect(lines.contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"))
  }

  @Test func `the southern half of the world has its summer in January`() {
    let lines = ICalendarFixture.zoneLines(
      ICalendarFixture.event(start: "2027-01-15T00:00:00Z", zone: "Australia/Sydney"))
    #expect(
      lines == [
        "BEGIN:STANDARD", "DTSTART:20260405T030000", "TZOFFSETFROM:+1100", "TZOFFSETTO:+1000",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:20261004T020000", "TZOFFSETFROM:+1000", "TZOFFSETTO:+1100",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU", "END:DAYLIGHT",
      ])
  }

  @Test(arguments: [("Asia/Kolkata", "+0530"), ("Asia/Kathmandu", "+0545"), ("Pacific/Pago_Pago", "-1100")])
  func `a zone that never changes is one observance`(_ zone: String, _ offset: String) {
    #expect(
      ICalendarFixture.zoneLines(ICalendarFixture.event(zone: zone)) == [
        "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:\(offset)", "TZOFFSETTO:\(offset)",
        "END:STANDARD",
      ])
  }

  /// Kazakhstan gave up its eastern offset on 2024-03-01; no rule of years can say that.
  @Test func `a zone that changed its mind shows that change and no rule`() {
    let lines = ICalendarFixture.zoneLines(
      ICalendarFixture.event(start: "2024-05-01T04:00:00Z", zone: "Asia/Almaty"))
    #expect(
      lines == [
        "BEGIN:STANDARD", "DTSTART:20240301T000000", "TZOFFSETFROM:+0600", "TZOFFSETTO:+0500", "END:STANDARD",
      ])
  }

  /// Morocco goes back an hour for Ramadan, which moves through the year.
  @Test func `a zone without rules has its transitions written out`() {
    let lines = ICalendarFixture.zoneLines(
      ICalendarFixture.event(start: "2026-05-01T09:00:00Z", zone: "Africa/Casablanca"))
    #expect(!lines.contains { $0.hasPrefix("RRULE") })
    #expect(lines.contains("DTSTART:20260322T020000"))
    #expect(lines.suffix(3).contains("TZOFFSETTO:+0100"))
  }

  /// Reads the zone back as a calendar program would and compares with what the system says.
  @Test(arguments: TimeZone.knownTimeZoneIdentifiers.sorted())
  func `read back, every zone gives the instant that was written`(_ identifier: String) throws {
    for start in [
      "2026-01-15T12:00:00Z", "2026-03-29T03:00:00Z", "2026-07-15T12:00:00Z", "2026-11-01T08:00:00Z",
    ] {
      let event = ICalendarFixture.event(start: start, zone: identifier)
      let written = ICalendarFixture.line("DTSTART", event)
      guard !written.hasSuffix("Z") else { continue }
      let offset = try #require(
        VTimeZoneReader(ICalendarFixture.zoneLines(event)).offset(at: written.suffix(15)))
      let zone = try #require(event.timeZone)
      #expect(offset == zone.secondsFromGMT(for: event.start), "\(identifier) \(start)")
    }
  }
}
