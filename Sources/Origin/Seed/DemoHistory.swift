import Foundation
import JSON
import Scheduling

/// A year of John's bookings and a few to come, so that the dashboard has something to show. The same every time.
struct DemoHistory {
  let user: User
  let types: [EventType]
  let publicHost: String

  private static let people = [
    "Ana Ruiz", "Leo Kim", "Mara Okafor", "Tomas Novak", "Ines Costa", "Yusuf Demir", "Greta Lind",
    "Paolo Bianchi",
    "Noor Haddad", "Eva Horvat",
  ]

  func load(_ bookings: BookingStore, now: Date) async throws {
    guard let zone = ZoneRules.named(user.timeZone), !types.isEmpty else { return }
    let today = zone.date(at: Instant(now))
    // Two or three appointments on working days, at hours that never meet: 9, 11 and 14 o'clock.
    for offset in -365...14 {
      let date = today + offset
      guard !date.weekday.isWeekend, offset != 0 else { continue }
      for (position, hour) in [9, 11, 14].enumerated() where (offset * 7 + position * 3).magnitude % 5 < 2 {
        let pick = Int((offset * 13 + position * 5).magnitude)
        let start = zone.startOfDay(date) + hour * 3600
        let booked = min(now, start.date.addingTimeInterval(-Double(1 + pick % 9) * 86_400))
        _ = try await bookings.create(
          booking(types[pick % types.count], at: start, with: Self.people[pick % Self.people.count]),
          now: booked)
      }
    }
  }

  private func booking(_ type: EventType, at start: Instant, with name: String) -> NewBooking {
    let uid = BookingUID.make(businessID: type.businessID)
    let end = start + type.length * 60
    let email = name.lowercased().replacingOccurrences(of: " ", with: ".") + "@mail.test"
    let responses = JSONValue.object(["name": .string(name), "email": .string(email)])
    return NewBooking(
      businessID: type.businessID, uid: uid,
      title: BookingTitle.text(for: type, organiser: user.name, attendee: name),
      description: "", status: .accepted, start: start, end: end,
      occupied: type.occupied(start..<end), eventTypeID: type.id,
      eventTypeSlug: type.slug,
      hosts: [
        Booking.Host(
          id: user.id, name: user.name, email: user.email, username: user.username, timeZone: user.timeZone)
      ],
      attendee: Booking.Attendee(
        name: name, email: email, phoneNumber: nil, timeZone: user.timeZone, language: "en"),
      guests: [], location: nil, metadata: Array("{}".utf8), responses: responses.bytes,
      icsUID: "\(uid)@\(publicHost)", mails: [])
  }
}
