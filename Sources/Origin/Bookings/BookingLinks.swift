import CalendarSync
import Foundation
import JSON
import Scheduling

/// Links that put a booking into somebody's calendar: api.md 1.4.
enum BookingLinks {
  static func all(for booking: Booking, url: String) -> [(label: String, link: String)] {
    [
      ("Google Calendar", google(booking)),
      ("Microsoft Office", outlook(booking, host: "outlook.office.com")),
      ("Microsoft Outlook", outlook(booking, host: "outlook.live.com")),
      ("ICS", ics(booking, url: url)),
    ]
  }

  private static func google(_ booking: Booking) -> String {
    link(
      "https://calendar.google.com/calendar/r/eventedit",
      [
        ("dates", "\(basic(booking.start))/\(basic(booking.end))"), ("text", booking.title),
        ("details", booking.description), ("location", booking.location ?? ""),
      ])
  }

  private static func outlook(_ booking: Booking, host: String) -> String {
    link(
      "https://\(host)/calendar/0/deeplink/compose",
      [
        ("path", "/calendar/action/compose"), ("rru", "addevent"), ("subject", booking.title),
        ("body", booking.description), ("startdt", booking.start.text), ("enddt", booking.end.text),
        ("location", booking.location ?? ""),
      ])
  }

  private static func ics(_ booking: Booking, url: String) -> String {
    guard let host = booking.hosts.first else { return "" }
    let calendar = BookingCalendar.object(
      for: booking, host: host, isCancelled: booking.status == .cancelled, url: url)
    let text = String(decoding: calendar.bytes(), as: UTF8.self)
    return "data:text/calendar,\(encoded(text))"
  }

  private static func link(_ base: String, _ query: [(String, String)]) -> String {
    let pairs = query.filter { !$0.1.isEmpty }.map { "\($0.0)=\(encoded($0.1))" }
    return "\(base)?\(pairs.joined(separator: "&"))"
  }

  /// `20300108T130000Z`
  private static func basic(_ instant: Instant) -> String {
    instant.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }

  /// Everything but RFC 3986's unreserved characters.
  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
