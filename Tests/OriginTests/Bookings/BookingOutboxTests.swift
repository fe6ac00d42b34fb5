import CalendarSync
import Foundation
import JSON
import Jobs
import Mail
import Postgres
import Scheduling
import Testing

@testable import Origin

/// A booking and its mails are one fact. Fails when the outbox is skipped (seen).
@Suite struct BookingOutboxTests {
  private func keys(_ origin: TestOrigin) async throws -> [String] {
    try await origin.postgres.query(.once("SELECT unique_key FROM jobs ORDER BY id")).map {
      try $0.decode(String.self, at: 0)
    }
  }

  @Test func `every change of a booking owes a mail to each side, and guests get theirs`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, of: ana)
      let booked = try await origin.book(id, "2030-01-08T13:00:00Z", more: #""guests":["sam@mail.test"]"#)
      let uid = try #require(booked.data["uid"]?.string)
      let moved = try await origin.post(
        "/v2/bookings/\(uid)/reschedule", #"{"start":"2030-01-08T14:00:00Z"}"#)
      let next = try #require(moved.data["uid"]?.string)
      _ = try await origin.post("/v2/bookings/\(next)/cancel")
      let expected = [(uid, "scheduled"), (next, "rescheduled"), (next, "cancelled")].flatMap { uid, event in
        ["attendee-0", "host-\(ana.id)", "guest-0"].map { "booking.\(uid).\(event).\($0)" }
      }
      #expect(try await keys(origin) == expected)
    }
  }

  @Test func `a refused booking owes nothing`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, of: ana)
      #expect(try await origin.book(id, "2030-01-08T13:00:00Z").status == 201)
      #expect(try await origin.book(id, "2030-01-08T13:00:00Z").status == 400)
      #expect(try await keys(origin).count == 2)
    }
  }

  @Test func `the calendar file keeps its UID and counts its sequence through a move and a cancellation`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let id = try await origin.eventType("a", length: 60, of: ana)
      let uid = try #require(try await origin.book(id, "2030-01-08T13:00:00Z").data["uid"]?.string)
      let moved = try await origin.post(
        "/v2/bookings/\(uid)/reschedule", #"{"start":"2030-01-08T14:00:00Z"}"#)
      let next = try #require(moved.data["uid"]?.string)
      let first = try await calendar(origin, uid, .scheduled)
      let second = try await calendar(origin, next, .rescheduled)
      _ = try await origin.post("/v2/bookings/\(next)/cancel")
      let late = try await calendar(origin, next, .rescheduled)
      let third = try await calendar(origin, next, .cancelled)
      for (text, method, sequence) in [
        (first, "REQUEST", 0), (second, "REQUEST", 1), (late, "REQUEST", 1), (third, "CANCEL", 2),
      ] {
        #expect(text.contains("METHOD:\(method)\r\n"))
        #expect(text.contains("SEQUENCE:\(sequence)\r\n"), "\(text)")
        #expect(text.contains("UID:\(uid)@127.0.0.1\r\n"))
      }
      #expect(first.contains("DTSTART;TZID=Europe/Rome:20300108T140000\r\n"), "\(first)")
      #expect(second.contains("DTSTART;TZID=Europe/Rome:20300108T150000\r\n"))
    }
  }

  private func calendar(_ origin: TestOrigin, _ uid: String, _ event: BookingMail.Event) async throws
    -> String
  {
    let message = try await message(origin, uid, BookingMail(event: event, recipient: .attendee(0)))
    return String(decoding: try #require(message?.calendar).content, as: UTF8.self)
  }

  private func message(_ origin: TestOrigin, _ uid: String, _ mail: BookingMail) async throws -> MailMessage?
  {
    let emails = try BookingEmails(
      from: MailAddress(mailbox: "book@daybook.test"), publicURL: "https://book.test", publicHost: "book.test"
    )
    let booking = try #require(try await BookingStore(origin.postgres).booking(uid: uid))
    return try emails.message(mail, about: booking)
  }

  @Test func `a mail about a seat leads to the seat: without it nobody moves or leaves`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, more: #""seats":{"seatsPerTimeSlot":2}"#, of: ana)
      let booked = try await origin.book(id, "2030-01-08T13:00:00Z")
      let uid = try #require(booked.data["uid"]?.string, "\(booked.text)")
      let mail = BookingMail(event: .scheduled, recipient: .attendee(0), seatUID: booked.seatUID)
      let message = try #require(try await message(origin, uid, mail))
      #expect(message.text.contains("https://book.test/booking/\(uid)?seatUid=\(booked.seatUID)"))
      let calendar = String(decoding: try #require(message.calendar).content, as: UTF8.self)
      #expect(calendar.replacing("\r\n ", with: "").contains("?seatUid=\(booked.seatUID)"), "\(calendar)")
    }
  }

  @Test func `a mail has both parts, the reader's own zone, a link, and names cannot break out of it`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let id = try await origin.eventType("a", length: 60, of: ana)
      let name = #"Leo <script>alert(1)</script>\r\nBcc: x@y.test"#
      let booked = try await origin.book(id, "2030-01-08T13:00:00Z", name: name, timeZone: "Asia/Tokyo")
      let uid = try #require(booked.data["uid"]?.string, "\(booked.text)")
      let attendee = try #require(
        try await message(origin, uid, BookingMail(event: .scheduled, recipient: .attendee(0))))
      #expect(attendee.text.contains("22:00 to 23:00 (Asia/Tokyo)"))
      #expect(attendee.text.contains("https://book.test/booking/\(uid)"))
      let html = try #require(attendee.html)
      #expect(!html.contains("<script>") && html.contains("&lt;script&gt;"))
      #expect(attendee.to.map(\.mailbox) == ["leo@mail.test"])
      let host = try #require(
        try await message(origin, uid, BookingMail(event: .scheduled, recipient: .host(ana.id))))
      #expect(host.text.contains("14:00 to 15:00 (Europe/Rome)"))
      #expect(host.to.map(\.mailbox) == [ana.email])
      let headers = String(decoding: host.bytes(), as: UTF8.self).split(separator: "\r\n\r\n")[0]
      #expect(!headers.contains("\r\nBcc:"))
    }
  }
}
