import Foundation
import Scheduling
import Testing

@testable import Origin

/// A host with an event type, and bookings of it that differ in all that may differ.
struct BookingScene: Sendable {
  let host: Person
  let businessID: Int
  let eventTypeID: Int
  let first = Instant("2030-02-01T00:00:00Z") ?? Instant(seconds: 0)

  init(_ origin: TestOrigin, host name: String = "ana") async throws {
    host = try await origin.signUp(name)
    businessID = try await origin.businessID(of: host)
    eventTypeID = try await origin.eventType(
      "a", length: 30, schedule: try await origin.schedule("UTC", "00:00", "23:59", of: host), of: host)
  }

  func uid(_ index: Int) -> String { String(format: "%018d", index) + "\(businessID)" }

  func booking(_ index: Int, at start: Instant) -> NewBooking {
    NewBooking(
      businessID: businessID, uid: uid(index), title: "T\(index)", description: "", status: .accepted,
      start: start,
      end: start + 1800, occupied: start..<(start + 1800), eventTypeID: eventTypeID, eventTypeSlug: "a",
      hosts: [Booking.Host(id: host.id, name: "", email: "", username: "", timeZone: "UTC")],
      attendee: Booking.Attendee(
        name: "N\(index)", email: index % 3 == 0 ? nil : "n\(index)@mail.test",
        phoneNumber: index % 3 == 1 ? nil : "+391234\(index)", timeZone: "UTC", language: "en"),
      guests: index % 2 == 0 ? [#"a"{\,}\#(index)@mail.test"#, "NULL"] : [],
      location: index % 4 == 0 ? nil : "",
      metadata: Array(#"{"m": "\#(index)"}"#.utf8), responses: Array(#"{"n": \#(index)}"#.utf8),
      icsUID: uid(index), mails: BookingMail.all(.scheduled, hosts: [host.id], guests: 1))
  }
}
