import JSON
import Postgres
import Testing

extension EndToEnd {
  /// The checks of the crash tests see what they are there to see.
  @Suite struct LedgerTests {
    @Test func `without the constraint people are booked twice, and the ledger says so`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let ledger = Ledger(daybook: daybook)
      _ = try await daybook.race(32, for: type, at: Daybook.time(0))
      #expect(try await ledger.overlaps().isEmpty)
      _ = try await daybook.database.query(
        .once("ALTER TABLE occupancies DROP CONSTRAINT occupancies_no_overlap"))
      var tooMany = 0
      for round in 1...40 where tooMany == 0 {
        let answers = try await daybook.race(32, for: type, at: Daybook.time(round * 60))
        tooMany = answers.count { $0.status == 201 } - 1
      }
      #expect(tooMany > 0)
      #expect(try await ledger.overlaps().count == tooMany)
      await daybook.stop()
    }

    @Test func `bookings and mails that are lost, left or too many are found`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let uid = try #require(try await daybook.book(type, Daybook.time(0)).uid)
      let ledger = Ledger(daybook: daybook)
      let waiting = try await ledger.findings(acknowledged: [uid], mails: daybook.mailIDs())
      #expect(waiting.count { $0.hasPrefix("job left") } == 2)
      // The outbox is lost.
      _ = try await daybook.database.query(.once("DELETE FROM jobs"))
      try await daybook.startWorker()
      let host = "host-\(ana.id)"
      let missing = ["attendee-0", host].map { "mail booking.\(uid).scheduled.\($0) is missing" }
      #expect(try await ledger.findings(acknowledged: [uid], mails: daybook.mailIDs()) == missing)
      let mails = ["attendee-0", host, host].map { "booking.\(uid).scheduled.\($0)@host" }
      let twice = ["mail booking.\(uid).scheduled.\(host) came 2 times"]
      #expect(try await ledger.findings(acknowledged: [uid], mails: mails) == twice)
      let stray = try await ledger.findings(
        acknowledged: [uid], mails: mails.dropLast() + ["booking.x.y@host"])
      #expect(stray == ["mail booking.x.y belongs to no booking"])
      _ = try await daybook.database.query(.once("DELETE FROM bookings"))
      let lost = try await ledger.findings(acknowledged: [uid], mails: [])
      #expect(lost == ["\(uid) was acknowledged and is not there"])
      await daybook.stop()
    }
  }
}
