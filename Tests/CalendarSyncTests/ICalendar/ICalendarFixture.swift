import CalendarSync
import Foundation

/// A meeting to vary in tests, and the files of expected results in `Tests/Corpus/ics`.
enum ICalendarFixture {
  static func event(
    start: String = "2026-12-01T09:00:00Z", minutes: Int = 30, zone: String? = "Europe/Berlin",
    _ change: (inout ICalendarEvent) -> Void = { _ in }
  ) -> ICalendarEvent {
    let start = date(start)
    var event = ICalendarEvent(
      uid: "k3Vt9@daybook.test", sequence: 0, stamp: date("2026-11-21T11:02:03Z"), start: start,
      end: start.addingTimeInterval(TimeInterval(minutes * 60)),
      timeZone: zone.flatMap { TimeZone(identifier: $0) },
      summary: "30 minutes with John", organizer: ICalendarPerson(name: "John", email: "john@demo.test"),
      attendees: [ICalendarAttendee(person: ICalendarPerson(name: "Leo Kim", email: "leo@mail.test"))])
    change(&event)
    return event
  }

  static func text(_ event: ICalendarEvent, _ method: ICalendar.Method = .request) -> String {
    String(decoding: ICalendar(method: method, event: event).bytes(), as: UTF8.self)
  }

  /// The content lines, unfolded. Works on scalars: a fold may stand inside what Swift sees as one character.
  static func lines(_ event: ICalendarEvent, _ method: ICalendar.Method = .request) -> [String] {
    var lines: [String.UnicodeScalarView] = [.init()]
    for line in physicalLines(event, method) {
      if line.unicodeScalars.first == " " {
        lines[lines.count - 1].append(contentsOf: line.unicodeScalars.dropFirst())
      } else {
        lines.append(line.unicodeScalars)
      }
    }
    return lines.dropFirst().map { String($0) }
  }

  /// The lines as they are sent, without their line breaks.
  static func physicalLines(_ event: ICalendarEvent, _ method: ICalendar.Method = .request) -> [String] {
    ICalendar(method: method, event: event).bytes().split(separator: 13)
      .map { String(decoding: $0.drop { $0 == 10 }, as: UTF8.self) }.dropLast()
  }

  /// The first line of the VEVENT that starts with `name`, or "".
  static func line(_ name: String, _ event: ICalendarEvent) -> String {
    lines(event).drop { $0 != "BEGIN:VEVENT" }.first { $0.hasPrefix(name + ":") || $0.hasPrefix(name + ";") }
      ?? ""
  }

  /// The lines of the VTIMEZONE between its TZID and its end.
  static func zoneLines(_ event: ICalendarEvent) -> [String] {
    let lines = lines(event)
    guard let start = lines.firstIndex(of: "BEGIN:VTIMEZONE"), let end = lines.firstIndex(of: "END:VTIMEZONE")
    else { return [] }
    return Array(lines[(start + 2)..<end])
  }

  static func corpus(_ name: String) throws -> String {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: tests.appending(path: "Corpus/ics/\(name).ics"), encoding: .utf8)
  }

  static func date(_ text: String) -> Date {
    (try? Date(text, strategy: .iso8601)) ?? .distantPast
  }
}
