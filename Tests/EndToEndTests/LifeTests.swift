import Foundation
import JSON
import Postgres
import Testing

extension EndToEnd {
  /// Programs that come and go.
  @Suite struct LifeTests {
    @Test func `without origin the gateway says so, and goes on when it is back`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      try await daybook.origin.crash()
      for _ in 0..<3 {
        let answer = try await daybook.ask("GET", "/v2/me", as: ana)
        #expect([502, 503].contains(answer.status), "\(answer.status)")
        #expect(answer.json["status"]?.string == "error", "\(answer.text)")
        #expect(answer.json["path"]?.string == "/v2/me")
        #expect(answer.reason != nil)
        #expect(answer["x-request-id"] != nil)
      }
      #expect(try await daybook.ask("GET", "/login").status == 200)
      #expect(try daybook.gateway.isRunning)
      try await daybook.startOrigin()
      let took = try await eventually("the gateway finds origin again", within: .seconds(10)) {
        try await daybook.ask("GET", "/v2/me", as: ana).status == 200
      }
      #expect(took < .seconds(3))
      await daybook.stop()
    }

    @Test func `a gateway that starts before origin learns the keys later`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      try await daybook.gateway.crash()
      try await daybook.origin.crash()
      async let gateway: Void = daybook.startGateway()
      try await eventually("the gateway listens", within: .seconds(10)) {
        try await offPool { (try? HTTPConnection(port: daybook.port)) != nil }
      }
      let early = try await daybook.ask("GET", "/v2/me", as: ana)
      #expect([502, 503].contains(early.status), "\(early.text)")
      try await daybook.startOrigin()
      try await gateway
      #expect(try await daybook.ask("GET", "/v2/me", as: ana).status == 200)
      await daybook.stop()
    }

    @Test(arguments: ["gateway", "origin"])
    func `told to end, a program answers what is under way and leaves`(_ name: String) async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let program = name == "gateway" ? try daybook.gateway : try daybook.origin
      let body = Daybook.booking(type, Daybook.time(0))
      let answer = try await daybook.database.transaction { lock in
        _ = try await lock.query(.once("LOCK TABLE occupancies IN EXCLUSIVE MODE"))
        let answer = Task {
          try await offPool {
            try HTTPConnection(port: daybook.port).send("POST", "/v2/bookings", body: body)
          }
        }
        try await eventually("the booking waits for the lock", within: .seconds(10)) {
          try await daybook.count("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0
        }
        program.signal(SIGTERM)
        let port = name == "gateway" ? daybook.port : daybook.originPort
        try await eventually("\(name) takes no new connections", within: .seconds(5)) {
          try await offPool { (try? HTTPConnection(port: port)) == nil }
        }
        #expect(program.isRunning)
        return answer
      }.value
      #expect(answer.status == 201, "\(answer.text) \(daybook.lastWords)")
      let start = ContinuousClock.now
      #expect(await program.ended() == 0, "\(program.lastWords)")
      #expect(start.duration(to: .now) < .seconds(10))
      #expect(try await daybook.count("SELECT count(*) FROM bookings WHERE status = 'accepted'") == 1)
      await daybook.stop()
    }

    @Test(arguments: ["gateway", "origin"])
    func `a browser that listens for news does not keep a program that is told to end`(_ name: String)
      async throws
    {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let program = name == "gateway" ? try daybook.gateway : try daybook.origin
      let port = daybook.port
      let start = ContinuousClock.now
      try await offPool {
        let live = try HTTPConnection(port: port)
        try live.write(
          HTTPConnection.head("GET", "/v2/slots/live?eventTypeId=\(type)", fields: [("Connection", "close")]))
        _ = try live.take(through: ": listening\n\n")
        program.signal(SIGTERM)
        // A gateway that goes ends the stream; while origin is away, the gateway keeps its listeners.
        if name == "gateway" { _ = try live.readToEnd() }
      }
      #expect(await program.ended() == 0, "\(program.lastWords)")
      #expect(start.duration(to: .now) < .seconds(10))
      await daybook.stop()
    }
  }
}
