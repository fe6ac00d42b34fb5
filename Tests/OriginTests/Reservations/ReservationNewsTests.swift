import JSON
import Scheduling
import Testing

@testable import Origin

/// Whoever watches an event type hears of reservations through its hosts, and nobody has to read the event type anew.
@Suite struct ReservationNewsTests {
  private static let kinds = [
    "", #""seats":{"seatsPerTimeSlot":3,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
  ]
  private static let path = "/v2/slots/reservations"

  @Test(.timeLimit(.minutes(10)), arguments: kinds)
  func `a reservation, its move and its end are told with their dates`(_ more: String) async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", more: more, of: ana)
      let bookable = try #require(try await origin.parts.catalog.eventType(.id(id)))
      let watch = origin.parts.feed.watch(bookable)
      // Told again and again until it is heard: from then on the process listens.
      let begun = try #require(Instant("2030-01-20T10:00:00Z"))
      let knocking = Task {
        while !Task.isCancelled {
          origin.parts.feed.hostChanged(ana.id, from: begun, to: begun + 3600)
          try await Task.sleep(for: .milliseconds(50))
        }
      }
      #expect(try await hears(watch, "2030-01-20"))
      knocking.cancel()
      let kept = try await origin.reserve(id, "2030-02-01T10:00:00Z")
      #expect(kept.status == 201, "\(kept.text)")
      #expect(try await hears(watch, "2030-02-01"))
      let uid = try #require(kept.data["reservationUid"]?.string)
      let moved = try await origin.patch(
        "\(Self.path)/\(uid)", #"{"eventTypeId":\#(id),"slotStart":"2030-02-03T10:00:00Z"}"#)
      #expect(moved.status == 200, "\(moved.text)")
      #expect(try await hears(watch, "2030-02-03", "2030-02-01"))
      #expect(try await origin.delete("\(Self.path)/\(uid)").status == 200)
      #expect(try await hears(watch, "2030-02-03"))
    }
  }

  /// Fails where a reservation says that its event type has changed.
  @Test(arguments: kinds) func `the catalog stays as it is`(_ more: String) async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let id = try await origin.alwaysOpen("a", more: more, of: try await origin.signUp("ana"))
      var hasStayed = false
      // An entry lives for a second of real time, which a busy machine may need for this.
      for attempt in 0..<50 where !hasStayed {
        let before = try await origin.parts.catalog.eventType(.id(id))
        let kept = try await origin.reserve(id, "2030-02-01T\(attempt % 10 + 10):00:00Z")
        let uid = try #require(kept.data["reservationUid"]?.string, "\(kept.text)")
        #expect(try await origin.delete("\(Self.path)/\(uid)").status == 200)
        hasStayed = try await origin.parts.catalog.eventType(.id(id)) === before
      }
      #expect(hasStayed)
    }
  }

  /// Whether news of exactly these dates come, each by itself, in any order, within a minute.
  private func hears(_ watch: AsyncStream<AvailabilityFeed.News>, _ dates: String...) async throws -> Bool {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        var missing = Set(dates)
        for await case .changed(dates: let told, id: _) in watch where told.count == 1 {
          missing.remove(told[0])
          if missing.isEmpty { return true }
        }
        return false
      }
      group.addTask {
        try await Task.sleep(for: .seconds(60))
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
  }
}
