import Foundation

extension ICalendarEvent {
  /// The zone that the times are written in, with its rules; `nil` means UTC.
  ///
  /// UTC also where a local time would be read wrongly: one inside the hour that a change of clocks
  /// repeats means its first pass (RFC 5545 section 3.3.5), so its second pass has no local form.
  var writtenZone: ICalendarTimeZone? {
    guard let timeZone, timeZone.identifier != "GMT", timeZone.identifier != "UTC" else { return nil }
    let zone = ICalendarTimeZone(timeZone, from: start, through: end)
    return zone.isInRepeatedHour(start) || zone.isInRepeatedHour(end) ? nil : zone
  }

  func write(to writer: inout ContentLineWriter, zone: TimeZone?, isCancelled: Bool) {
    writer.line("BEGIN", raw: "VEVENT")
    writer.line("UID", text: uid)
    writer.line("SEQUENCE", raw: String(sequence))
    writer.line("DTSTAMP", raw: ICalendarTime.utc(stamp))
    writeTime("DTSTART", start, zone: zone, to: &writer)
    writeTime("DTEND", end, zone: zone, to: &writer)
    writer.line("SUMMARY", text: summary)
    if let description { writer.line("DESCRIPTION", text: description) }
    if let location { writer.line("LOCATION", text: location) }
    if let url { writer.line("URL", raw: URIText.uri(url)) }
    writePeople(to: &writer)
    writer.line("STATUS", raw: (isCancelled ? Status.cancelled : status).rawValue)
    writer.line("TRANSP", raw: "OPAQUE")
    if let alarmMinutesBefore, !isCancelled { writeAlarm(alarmMinutesBefore, to: &writer) }
    writer.line("END", raw: "VEVENT")
  }

  private func writeTime(_ name: String, _ date: Date, zone: TimeZone?, to writer: inout ContentLineWriter) {
    if let zone {
      let local = ICalendarTime.local(date, offset: zone.secondsFromGMT(for: date))
      writer.line(name, [.quotedIfNeeded("TZID", zone.identifier)], raw: local)
    } else {
      writer.line(name, raw: ICalendarTime.utc(date))
    }
  }

  private func writePeople(to writer: inout ContentLineWriter) {
    writer.line("ORGANIZER", [organizer.nameParameter].compactMap { $0 }, raw: organizer.uri)
    for attendee in attendees {
      writer.line("ATTENDEE", attendee.parameters, raw: attendee.person.uri)
    }
  }

  private func writeAlarm(_ minutes: Int, to writer: inout ContentLineWriter) {
    writer.line("BEGIN", raw: "VALARM")
    writer.line("ACTION", raw: "DISPLAY")
    writer.line("DESCRIPTION", text: summary)
    writer.line("TRIGGER", raw: "-PT\(max(0, minutes))M")
    writer.line("END", raw: "VALARM")
  }
}
