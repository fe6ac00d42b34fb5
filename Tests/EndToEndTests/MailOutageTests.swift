import JSON
import TestSupport
import Testing

extension EndToEnd {
  /// A mail server that is no good is nothing that a visitor notices.
  @Suite struct MailOutageTests {
    @Test func `nothing listens for a while`() async throws {
      let port = try Ports.free()
      let daybook = try await Daybook.started(.init(smtpURL: "smtp://127.0.0.1:\(port)"))
      let uids = try await bookQuickly(daybook)
      try await eventually("each mail was tried", within: .seconds(15)) {
        try await daybook.count("SELECT count(*) FROM jobs WHERE last_error IS NOT NULL") == 2 * uids.count
      }
      let sink = try SMTPSink()
      // The settings name a port: what listens there now passes everything on to the sink.
      let forwarder = try await Forwarder.started(from: port, to: Int(sink.port))
      try await check(sink, uids, daybook)
      await forwarder.crash()
      await daybook.stop()
    }

    @Test func `the server hangs until it is started again`() async throws {
      let port = try Ports.free()
      let silent = try await Forwarder.silent(on: port)
      let daybook = try await Daybook.started(.init(smtpURL: "smtp://127.0.0.1:\(port)"))
      let uids = try await bookQuickly(daybook)
      try await eventually("the worker waits with all its hands", within: .seconds(15)) {
        try await daybook.count("SELECT count(*) FROM jobs WHERE leased_by IS NOT NULL") == 8
      }
      // While it hangs, more can be booked.
      let more = try await bookQuickly(daybook)
      await silent.crash()
      let sink = try SMTPSink()
      let forwarder = try await Forwarder.started(from: port, to: Int(sink.port))
      try await check(sink, uids + more, daybook)
      await forwarder.crash()
      await daybook.stop()
    }

    @Test func `the server wants to be asked again later`() async throws {
      let sink = try SMTPSink()
      sink.plan(.reply("451 4.3.0 try again later"), at: .recipient, times: 6)
      sink.plan(.keepAndHangUp, at: .accepted, times: 2)
      let daybook = try await Daybook.started(.init(smtpURL: sink.url))
      let uids = try await bookQuickly(daybook)
      try await check(sink, uids, daybook)
      await daybook.stop()
    }

    /// Five bookings, each answered as if nothing were wrong.
    private func bookQuickly(_ daybook: Daybook) async throws -> [String] {
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      var uids: [String] = []
      for index in 0..<5 {
        let start = ContinuousClock.now
        let answer = try await daybook.book(type, Daybook.time(index * 30))
        #expect(answer.status == 201)
        #expect(start.duration(to: .now) < .seconds(2))
        uids.append(try #require(answer.uid))
      }
      return uids
    }

    /// In the end both mails of each booking are there; one may come twice, and says by its id that it does.
    private func check(_ sink: SMTPSink, _ uids: [String], _ daybook: Daybook) async throws {
      try await daybook.workIsDone(within: .seconds(60))
      let ids = sink.mails.compactMap { $0.header("Message-ID") }.map { String($0.dropFirst().dropLast()) }
      #expect(ids.count == sink.mails.count)
      let findings = try await Ledger(daybook: daybook)
        .findings(acknowledged: Set(uids), mails: Array(Set(ids)))
      #expect(findings.isEmpty, "\(findings)")
      for mail in sink.mails { #expect(mail.recipients.count == 1) }
    }
  }
}
