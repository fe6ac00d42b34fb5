import Foundation
import JSON
import TestSupport
import Testing

extension EndToEnd {
  @Suite struct CrashTests {
    @Test
    func `whatever is killed while people book, nothing acknowledged is lost and nothing is done twice`()
      async throws
    {
      let postgres = try await PrivatePostgres.started(durability: .full)
      let daybook = try await Daybook.started(.init(postgres: postgres))
      let ana = try await daybook.signUp()
      let types = [
        try await daybook.eventType("short", minutes: 30, of: ana),
        try await daybook.eventType("long", minutes: 60, of: ana, more: #","slotInterval":30"#),
      ]
      let stream = BookingStream(port: daybook.port, eventTypes: types)
      async let booking: Void = stream.run(clients: 6)
      do {
        for victim in [
          "origin", "worker", "postgres", "worker", "postgres", "origin", "postgres", "origin", "worker",
        ] {
          try await kill(victim, of: daybook, after: stream)
        }
        try await more(10, from: stream, of: daybook)
      } catch {
        stream.stop()
        throw error
      }
      stream.stop()
      await booking
      print("crashes: \(stream.summary)")
      #expect(stream.unexpected.isEmpty, "\(stream.unexpected.prefix(5))")
      // The jobs of a killed worker come back when their leases of 15 seconds are over.
      let took = try await daybook.workIsDone(within: .seconds(45))
      print("crashes: the worker had caught up after \(took)")
      let findings = try await Ledger(daybook: daybook)
        .findings(acknowledged: stream.acknowledged, mails: daybook.mailIDs())
      #expect(findings.isEmpty, "\(findings.count) findings: \(findings.prefix(10))")
      try await checkOverTheGateway(stream.acknowledged, of: daybook)
      try await checkNames(stream.named, of: daybook)
      await daybook.stop()
    }

    private func kill(_ victim: String, of daybook: Daybook, after stream: BookingStream) async throws {
      try await more(25, from: stream, of: daybook)
      switch victim {
      case "origin":
        try await daybook.origin.crash()
        try await daybook.startOrigin(isReady: false)
      case "worker":
        try await daybook.worker.crash()
        try await daybook.startWorker()
      default:
        try await daybook.postgres.kill()
        try await daybook.postgres.restart()
        #expect(try daybook.origin.isRunning && daybook.worker.isRunning, "\(daybook.lastWords)")
      }
      #expect(try daybook.gateway.isRunning)
    }

    /// Waits until so many more bookings were acknowledged: by then all is at work again.
    private func more(_ count: Int, from stream: BookingStream, of daybook: Daybook) async throws {
      let goal = stream.acknowledged.count + count
      do {
        try await eventually("\(goal) bookings, \(stream.summary)", within: .seconds(30)) {
          stream.acknowledged.count >= goal
        }
      } catch {
        print(daybook.lastWords)
        throw error
      }
    }

    private func checkOverTheGateway(_ uids: Set<String>, of daybook: Daybook) async throws {
      let port = daybook.port
      let wrong = try await offPool {
        let connection = try HTTPConnection(port: port)
        return try uids.filter { uid in
          let answer = try connection.send("GET", "/v2/bookings/\(uid)")
          return answer.status != 200 || answer.data["status"]?.string != "accepted"
        }
      }
      #expect(wrong.isEmpty)
    }

    /// Whoever asks again under the name of his request is told what he was told.
    private func checkNames(_ named: [BookingStream.Named], of daybook: Daybook) async throws {
      let port = daybook.port
      #expect(!named.isEmpty)
      let wrong = try await offPool {
        let connection = try HTTPConnection(port: port)
        return try named.filter { request in
          let answer = try BookingStream.send(request.body, request.key, on: connection)
          return answer.status != 201 || answer.uid != request.uid
        }
      }
      #expect(wrong.isEmpty)
    }
  }
}
