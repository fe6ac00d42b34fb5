import HTTPTypes
import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// An event type that changes or goes while people book it. Whoever books sees it as it was or as it is: he is booked
/// whole or told why not, nobody gets a 500, nothing deadlocks, and nothing stays of what went.
@Suite(.serialized) struct EventTypeRaceTests {
  private static let rounds = 15

  private static let kinds = [
    "", #""bookingLimitsCount":{"day":20}"#,
    #""seats":{"seatsPerTimeSlot":3,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
  ]

  /// Fails without what becomes of the foreign key's word (500), and where the holds of reservations stay behind.
  @Test(.timeLimit(.minutes(10)), arguments: kinds)
  func `deleted while it is booked, reserved, moved and cancelled`(_ kind: String) async throws {
    try await TestOrigin.race { origin, ana async throws in
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      var lost = 0
      for round in 0..<Self.rounds {
        let id = try await origin.eventType("a", length: 60, schedule: all, more: kind, of: ana)
        let hours = try (0..<7).map { try TestOrigin.hour(round * 7 + $0) }
        let (old, going) = (try await origin.book(id, hours[0]), try await origin.book(id, hours[1]))
        let seat = old.seatUID.isEmpty ? "" : #""seatUid":"\#(old.seatUID)""#
        let left = going.seatUID.isEmpty ? "{}" : #"{"seatUid":"\#(going.seatUID)"}"#
        let answers = try await origin.together(7) { index in
          switch index {
          case 0: try await origin.delete("/v2/event-types/\(id)", as: ana)
          case 1: try await origin.book(id, hours[2])
          case 2: try await origin.bookOnce(id, hours[3], key: "k-\(round)")
          case 3: try await origin.reserve(id, hours[4])
          case 4: try await origin.move(old.uid, to: hours[5], more: seat)
          case 5: try await origin.act(going.uid, "cancel", left)
          default: try await origin.book(id, hours[2], email: "mia@mail.test")
          }
        }
        #expect(answers[0].status == 200 && answers[5].status == 200, "\(answers.map(\.text))")
        for index in [1, 2, 3, 4, 6] {
          let isKnown =
            [201, 404].contains(answers[index].status)
            || ["slot_taken", "not_available"].contains(answers[index].reason)
          #expect(isKnown, "round \(round), \(index): \(answers[index].text)")
        }
        lost += answers.filter { $0.status == 404 }.count
        for uid in [1, 2, 4, 6].filter({ answers[$0].status == 201 }).map({ answers[$0].uid }) {
          let read = try await origin.get("/v2/bookings/\(uid)")
          #expect(read.status == 200 && read.bookingStatus == "accepted", "round \(round): \(read.text)")
        }
        #expect(try await origin.count("SELECT count(*) FROM slot_reservations") == 0)
        #expect(try await origin.book(id, hours[6]).status == 404)
      }
      #expect(lost > 0, "never did anybody come too late")
    }
  }

  /// The event type goes between the look at it and the write, for certain. Fails without what becomes of the foreign
  /// key's word.
  @Test func `deleted between the look and the write it is a 404, and nothing is written`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      for (index, kind) in Self.kinds.enumerated() {
        let id = try await origin.alwaysOpen("a\(index)", more: kind, of: ana)
        let old = try await origin.book(id, try TestOrigin.hour(index * 9))
        // Another process still has it in its catalog.
        let other = try origin.sibling()
        #expect(
          try await other.get("/v2/slots?eventTypeId=\(id)&start=2030-02-01&end=2030-02-01").status == 200)
        #expect(try await origin.delete("/v2/event-types/\(id)", as: ana).status == 200)
        let before = try await origin.count("SELECT count(*) FROM bookings")
        #expect(try await other.book(id, try TestOrigin.hour(index * 9 + 1)).status == 404)
        #expect(try await other.bookOnce(id, try TestOrigin.hour(index * 9 + 2), key: "k").status == 404)
        #expect(try await other.reserve(id, try TestOrigin.hour(index * 9 + 3)).status == 404)
        let moved = try await other.move(old.uid, to: try TestOrigin.hour(index * 9 + 4))
        #expect(moved.status == 400, "\(moved.text)")
        #expect(try await origin.count("SELECT count(*) FROM bookings") == before)
        await other.parts.postgres.shutdown()
      }
    }
  }

  /// What somebody reserved is free for the host's other event types, too. Fails without `deleteHolds`.
  @Test func `with an event type go the holds of its reservations`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let (gone, stays) = (
        try await origin.alwaysOpen("a", of: ana), try await origin.alwaysOpen("b", of: ana)
      )
      let kept = try await origin.reserve(
        gone, try TestOrigin.hour(1), more: #""reservationDuration":60"#, as: ana)
      #expect(kept.status == 201, "\(kept.text)")
      #expect(try await origin.book(stays, try TestOrigin.hour(1)).reason == "reserved")
      #expect(try await origin.delete("/v2/event-types/\(gone)", as: ana).status == 200)
      #expect(try await origin.book(stays, try TestOrigin.hour(1)).status == 201)
    }
  }

  /// Fails where the change reads in the statement that waited for the other one.
  @Test(.timeLimit(.minutes(10)))
  func `its title, its hosts and its resources changed at once: all of it counts`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let bob = try await origin.signUp("bob")
      let team = try await origin.staffedTeam(owner: ana, admin: bob)
      let id = try await origin.teamType("rr", team: team, hosts: [ana], owner: ana)
      let room = try await origin.post(
        "/v2/businesses/\(team)/resources", #"{"name":"Room","quantity":1}"#, as: ana)
      let roomID = try #require(room.data["id"]?.int, "\(room.text)")
      for round in 0..<Self.rounds {
        let hosts = round % 2 == 0 ? [ana.id, bob.id] : [ana.id]
        let list = hosts.map { #"{"userId":\#($0)}"# }.joined(separator: ",")
        let needed = round % 2 == 0 ? #"[{"id":\#(roomID),"quantity":1}]"# : "[]"
        let bodies = [#"{"title":"T\#(round)"}"#, #"{"hosts":[\#(list)]}"#, #"{"resources":\#(needed)}"#]
        let answers = try await origin.together(3) {
          try await origin.patch("/v2/event-types/\(id)", bodies[$0], as: ana)
        }
        #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.text))")
        let now = try await origin.get("/v2/event-types/\(id)", as: ana)
        #expect(now.data["title"]?.string == "T\(round)", "round \(round)")
        let ids = now.data["hosts"]?.array?.compactMap { $0["userId"]?.int }
        #expect(ids == hosts, "round \(round): \(now.text)")
        let rooms = now.data["resources"]?.array?.count ?? 0
        #expect(rooms == (round % 2 == 0 ? 1 : 0), "round \(round)")
      }
    }
  }

  /// Fails where the second one counts the units of before the first.
  @Test(.timeLimit(.minutes(10)))
  func `a resource's quantity set twice at once is one of the two`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let team = try await origin.team("clinic", of: ana)
      let path = "/v2/businesses/\(team)/resources"
      let room = try await origin.post(path, #"{"name":"Room","quantity":1}"#, as: ana)
      let id = try #require(room.data["id"]?.int, "\(room.text)")
      for round in 0..<Self.rounds {
        let wanted = [3 + round % 2, 7 + round % 3]
        let answers = try await origin.together(2) {
          try await origin.patch("\(path)/\(id)", #"{"quantity":\#(wanted[$0])}"#, as: ana)
        }
        #expect(answers.allSatisfy { $0.status == 200 }, "\(answers.map(\.text))")
        let now = try #require(try await origin.get("\(path)/\(id)", as: ana).data["quantity"]?.int)
        #expect(wanted.contains(now), "round \(round): \(now)")
      }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `seats, limits and confirmation turned on and off while people book`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      let settings = [
        #"{"seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}}"#,
        #"{"seats":{"disabled":true},"bookingLimitsCount":{"day":1}}"#,
        #"{"bookingLimitsCount":{"disabled":true},"confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}}"#,
        #"{"confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}}"#,
        #"{"confirmationPolicy":{"disabled":true}}"#,
      ]
      for round in 0..<20 {
        let (day, setting) = (round * 24, settings[round % settings.count])
        let times = try [1, 3, 5, 9].map { try TestOrigin.hour(day + $0) }
        let there = try await origin.book(id, times[0])
        #expect(there.status == 201, "\(there.text)")
        let answers = try await origin.together(6) { index in
          switch index {
          case 0: try await origin.patch("/v2/event-types/\(id)", setting, as: ana)
          case 1: try await origin.book(id, times[1], email: "a@m.test")
          case 2: try await origin.book(id, times[1], email: "b@m.test")
          case 3: try await origin.bookOnce(id, times[2], key: "k-\(round)")
          case 4: try await origin.act(there.uid, "confirm", as: ana)
          default:
            try await origin.move(
              there.uid, to: times[3],
              more: there.seatUID.isEmpty ? "" : #""seatUid":"\#(there.seatUID)""#)
          }
        }
        #expect(answers[0].status == 200, "\(answers[0].text)")
        let known: Set = [
          "slot_taken", "limit_reached", "seats_full", "not_pending", "cancelled", "rescheduled",
          "already_booked_by_you",
        ]
        for (index, answer) in answers.enumerated() where answer.status >= 300 {
          #expect(known.contains(answer.reason ?? ""), "round \(round), \(index): \(answer.text)")
        }
        try await checkInForce(round % settings.count, id, day: day, origin)
      }
    }
  }

  /// From the answer of the change on, all that is booked goes by it.
  private func checkInForce(_ setting: Int, _ id: Int, day: Int, _ origin: TestOrigin) async throws {
    let answers = [
      try await origin.book(id, try TestOrigin.hour(day + 15), email: "x@m.test"),
      try await origin.book(id, try TestOrigin.hour(day + 15), email: "y@m.test"),
    ]
    switch setting {
    case 0:
      #expect(answers.allSatisfy { $0.status == 201 }, "\(answers.map(\.text))")
      #expect(answers[0].uid == answers[1].uid)
    case 1:
      #expect(answers.allSatisfy { $0.reason == "limit_reached" }, "\(answers.map(\.text))")
    case 2:
      #expect(answers[0].bookingStatus == "pending" && answers[1].reason == "slot_taken")
    case 3:
      #expect(answers.allSatisfy { $0.bookingStatus == "pending" }, "\(answers.map(\.text))")
    default:
      #expect(answers[0].bookingStatus == "accepted" && answers[1].reason == "slot_taken")
    }
  }

  /// Fails where only an event type that still blocks gives the booking's own time back first.
  @Test(arguments: [
    #"{"confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}}"#,
    #"{"confirmationPolicy":{"disabled":true}}"#, "",
  ])
  func `what waits for a word and holds its time is confirmed, whatever its event type has become`(
    _ change: String
  ) async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "a", more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}"#, of: ana
      )
      let pending = try await origin.book(id, try TestOrigin.hour(1))
      #expect(pending.bookingStatus == "pending")
      let changed =
        change.isEmpty
        ? try await origin.delete("/v2/event-types/\(id)", as: ana)
        : try await origin.patch("/v2/event-types/\(id)", change, as: ana)
      #expect(changed.status == 200, "\(changed.text)")
      let confirmed = try await origin.act(pending.uid, "confirm", as: ana)
      #expect(confirmed.status == 200 && confirmed.bookingStatus == "accepted", "\(confirmed.text)")
    }
  }

  @Test func `who had the time for himself moves to no seat among others`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      let alone = try await origin.book(id, try TestOrigin.hour(1))
      let seats = #"{"seats":{"seatsPerTimeSlot":5,"showAttendeeInfo":true,"showAvailabilityCount":true}}"#
      #expect(try await origin.patch("/v2/event-types/\(id)", seats, as: ana).status == 200)
      let seated = try await origin.book(id, try TestOrigin.hour(3), email: "mia@mail.test")
      #expect(seated.attendees.count == 1)
      let moved = try await origin.move(alone.uid, to: try TestOrigin.hour(3))
      #expect(moved.status == 400 && moved.reason == "slot_taken", "\(moved.text)")
      #expect(try await origin.move(alone.uid, to: try TestOrigin.hour(5)).status == 201)
    }
  }

  /// In this process at once; others hear of it, and know nothing older than a second.
  @Test(.timeLimit(.minutes(10)))
  func `hours that change while people book: nobody is booked by the old ones after the answer`() async throws
  {
    try await TestOrigin.race { origin, ana async throws in
      let schedule = try await origin.schedule("UTC", "00:00", "12:00", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: schedule, of: ana)
      for round in 0..<Self.rounds {
        let isEarly = round % 2 == 1
        let (start, end) = isEarly ? ("00:00", "12:00") : ("12:00", "23:59")
        let (old, new) = isEarly ? (13, 3) : (3, 13)
        let answers = try await origin.together(4) { index in
          switch index {
          case 0:
            try await origin.patch(
              "/v2/schedules/\(schedule)",
              #"{"availability":[{"days":["Monday","Tuesday","Wednesday","Thursday","Friday","Saturday","Sunday"],"startTime":"\#(start)","endTime":"\#(end)"}]}"#,
              as: ana)
          default:
            try await origin.book(id, try TestOrigin.hour(round * 24 + (index == 1 ? new : old + index)))
          }
        }
        #expect(answers[0].status == 200, "\(answers[0].text)")
        #expect(
          answers.dropFirst().allSatisfy { $0.status == 201 || $0.reason == "not_available" },
          "round \(round): \(answers.map(\.text))")
        #expect(try await origin.book(id, try TestOrigin.hour(round * 24 + old)).reason == "not_available")
        #expect(try await origin.book(id, try TestOrigin.hour(round * 24 + new + 2)).status == 201)
      }
    }
  }
}
