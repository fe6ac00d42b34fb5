import Foundation
import JSON
import Testing

extension EndToEnd {
  @Suite struct BookingTests {
    @Test func `a visitor books, reads, moves and cancels, and everybody gets mails`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let list = try await daybook.ask("GET", "/v2/event-types?username=\(ana.username)")
      #expect(list.data.array?.compactMap { $0["id"]?.int } == [type])

      let slots = "/v2/slots?eventTypeId=\(type)&start=2030-01-08&end=2030-01-08"
      let free = try await daybook.ask("GET", slots)
      #expect(free.status == 200)
      #expect(free.data["2030-01-08"]?.array?.count == 48)
      let start = try #require(free.data["2030-01-08"]?.array?[20]["start"]?.string)
      #expect(start == "2030-01-08T10:00:00.000Z")

      let booked = try await daybook.book(type, start)
      #expect(booked.status == 201, "\(booked.text)")
      let uid = try #require(booked.uid)
      #expect(booked.data["status"]?.string == "accepted")
      let less = try await daybook.ask("GET", slots)
      #expect(less.data["2030-01-08"]?.array?.count == 47)
      let again = try await daybook.book(type, start)
      #expect((again.status, again.reason) == (400, "slot_taken"))

      let read = try await daybook.ask("GET", "/v2/bookings/\(uid)")
      #expect(read.status == 200)
      #expect(read.data == booked.data)

      let moved = try await daybook.ask(
        "POST", "/v2/bookings/\(uid)/reschedule", body: #"{"start":"2030-01-08T15:00:00Z"}"#)
      #expect(moved.status == 201, "\(moved.text)")
      let newUID = try #require(moved.uid)
      #expect(newUID != uid)
      #expect(moved.data["rescheduledFromUid"]?.string == uid)

      let mine = try await daybook.ask("GET", "/v2/bookings?status=upcoming", as: ana)
      #expect(mine.data.array?.compactMap { $0["uid"]?.string } == [newUID])
      #expect(mine.json["pagination"]?["totalItems"]?.int == 1)
      #expect(mine["cache-control"]?.contains("no-store") == true)

      let cancelled = try await daybook.ask("POST", "/v2/bookings/\(newUID)/cancel", body: "{}")
      #expect(cancelled.status == 200)
      #expect(cancelled.data["status"]?.string == "cancelled")

      try await daybook.workIsDone(within: .seconds(20))
      for recipient in ["attendee", "host"] {
        try check(daybook.mail("booking.\(uid).scheduled.\(recipient)"), "REQUEST", "20300108T100000Z", 0)
        try check(
          daybook.mail("booking.\(newUID).rescheduled.\(recipient)"), "REQUEST", "20300108T150000Z", 1)
        try check(daybook.mail("booking.\(newUID).cancelled.\(recipient)"), "CANCEL", "20300108T150000Z", 2)
      }
    }

    /// The calendar of a mail: what is to be done, when, and as which version of the event.
    private func check(_ mail: String, _ method: String, _ start: String, _ sequence: Int) {
      let bodies = decodedBodies(of: mail).filter { $0.contains("BEGIN:VCALENDAR") }
      #expect(!bodies.isEmpty, "\(mail)")
      for calendar in bodies {
        let lines = calendar.split(whereSeparator: \.isNewline)
        #expect(lines.contains("METHOD:\(method)"))
        #expect(lines.contains("DTSTART:\(start)"), "\(calendar)")
        #expect(lines.contains("SEQUENCE:\(sequence)"), "\(calendar)")
        #expect(lines.contains { $0.hasPrefix("UID:") })
        #expect(lines.last == "END:VCALENDAR")
      }
    }

    /// The parts that are base64, decoded, and the others as they stand.
    private func decodedBodies(of mail: String) -> [String] {
      mail.replacing("\r\n", with: "\n").components(separatedBy: "\n--").compactMap { part in
        let halves = part.components(separatedBy: "\n\n")
        guard halves.count >= 2, halves[0].lowercased().contains("base64") else { return part }
        let packed = halves[1].filter { !$0.isNewline }
        return Data(base64Encoded: packed).map { String(decoding: $0, as: UTF8.self) }
      }
    }

    @Test func `under /api/v2 stands the same API`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      let plain = try await daybook.ask("GET", "/v2/me", as: ana)
      let prefixed = try await daybook.ask("GET", "/api/v2/me", as: ana)
      #expect(prefixed.status == 200, "\(prefixed.text)")
      #expect(prefixed.data == plain.data)
    }

    @Test func `news about slots come through within two seconds of a booking`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let body = Daybook.booking(type, Daybook.time(600))
      let (took, news) = try await offPool {
        let live = try HTTPConnection(port: daybook.port, timeout: 5)
        try live.write(HTTPConnection.head("GET", "/v2/slots/live?eventTypeId=\(type)"))
        let head = try live.readHead()
        #expect(head.status == 200)
        #expect(head["content-type"] == "text/event-stream")
        _ = try live.take(through: ": listening\n\n")
        let answer = try HTTPConnection(port: daybook.port).send("POST", "/v2/bookings", body: body)
        #expect(answer.status == 201)
        let start = ContinuousClock.now
        let news = try live.take(through: "}\n\n")
        return (start.duration(to: .now), String(decoding: news, as: UTF8.self))
      }
      #expect(took < .seconds(2))
      #expect(
        news.contains("event: slots\ndata: {\"eventTypeId\":\(type),\"dates\":[\"2030-01-07\"]}"), "\(news)")
    }
  }
}
