import Foundation
import JSON
import Postgres
import Testing

extension EndToEnd {
  /// What origin tells every gateway at once.
  @Suite struct EdgeEventTests {
    /// One sample of the gateway's metrics.
    private func metric(_ daybook: Daybook, _ name: String, port: Int? = nil) async throws -> Int {
      let answer = try await daybook.ask("GET", "/metrics", port: port ?? daybook.adminPort)
      let line = answer.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
      return line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? -1
    }

    private func hears(_ daybook: Daybook, port: Int? = nil) async throws -> Bool {
      try await metric(daybook, "gateway_edge_events_connected", port: port) == 1
    }

    private func slots(_ daybook: Daybook, _ type: Int, port: Int? = nil) async throws -> HTTPAnswer {
      let answer = try await daybook.ask(
        "GET", "/v2/slots?eventTypeId=\(type)&start=2030-01-07&end=2030-01-08", port: port)
      #expect(answer.status == 200, "\(answer.text)")
      return answer
    }

    @Test func `an ended session is refused by every gateway within a second, although its token runs`()
      async throws
    {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let second = try await daybook.startSecondGateway()
      #expect(try await hears(daybook))
      #expect(try await hears(daybook, port: second.adminPort))
      for _ in 0..<3 {
        let ana = try await daybook.signUp()
        for port in [daybook.port, second.port] {
          #expect(try await daybook.ask("GET", "/v2/me", as: ana, port: port).status == 200)
        }
        #expect(try await daybook.ask("POST", "/v2/auth/logout", as: ana).status == 200)
        for port in [daybook.port, second.port] {
          // Its own word, not origin's: the request goes no further.
          let took = try await eventually("the gateway refuses it", within: .seconds(10)) {
            try await daybook.ask("GET", "/v2/me", as: ana, port: port).reason == "token_revoked"
          }
          #expect(took < .seconds(1))
        }
      }
      await daybook.stop()
    }

    @Test func `all tokens of a user are called in at once, and new ones count`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let (ana, leo) = (try await daybook.signUp(), try await daybook.signUp())
      let answer = try await daybook.ask(
        "POST", "/internal/revocations", body: #"{"userId":\#(ana.id)}"#,
        fields: [("Authorization", "Bearer \(Daybook.serviceToken)")], port: daybook.internalPort)
      #expect(answer.status == 200, "\(answer.text)")
      let took = try await eventually("the gateway refuses it", within: .seconds(10)) {
        try await daybook.ask("GET", "/v2/me", as: ana).reason == "token_revoked"
      }
      #expect(took < .seconds(1))
      #expect(try await daybook.ask("GET", "/v2/me", as: leo).status == 200)
      // Tokens count whole seconds.
      try await eventually("a new log-in works", within: .seconds(10)) {
        let login = try await daybook.ask(
          "POST", "/v2/auth/login", body: #"{"email":"\#(ana.email)","password":"a good password"}"#)
        var again = ana
        again.token = try #require(login.data["accessToken"]?.string)
        return try await daybook.ask("GET", "/v2/me", as: again).status == 200
      }
      await daybook.stop()
    }

    @Test func `what happens while origin is away is heard when it is back, and nothing is begun anew`()
      async throws
    {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let (ana, leo) = (try await daybook.signUp(), try await daybook.signUp())
      #expect(try await hears(daybook))
      for person in [ana, leo] {
        try await daybook.origin.crash()
        try await eventually("the gateway knows that it hears nothing", within: .seconds(10)) {
          try await !hears(daybook)
        }
        // By another origin, which this gateway does not ask.
        _ = try await daybook.database.query(
          Statement(
            """
            INSERT INTO edge_events (business_id, kind, user_id, issued_before)
            VALUES (1, 'revoke', $1, now() + interval '1 second')
            """), person.id)
        try await daybook.startOrigin()
        try await eventually("it is refused", within: .seconds(20)) {
          try await daybook.ask("GET", "/v2/me", as: person).reason == "token_revoked"
        }
        #expect(try await hears(daybook))
      }
      #expect(try await metric(daybook, "gateway_edge_events_total{event=\"reset\"}") == 1)
      await daybook.stop()
    }

    @Test func `a gateway that starts later knows who has logged out before`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      #expect(try await daybook.ask("POST", "/v2/auth/logout", as: ana).status == 200)
      let second = try await daybook.startSecondGateway()
      let answer = try await daybook.ask("GET", "/v2/me", as: ana, port: second.port)
      #expect(answer.reason == "token_revoked", "\(answer.text)")
      await daybook.stop()
    }

    @Test func `a position that nobody can go on from begins anew`() async throws {
      let daybook = try await Daybook.shared()
      for position in ["0/1:1:", "nonsense", "\(Int(Date().timeIntervalSince1970))/99999999999:99999999999:"]
      {
        let port = daybook.internalPort
        let text = try await offPool {
          let stream = try HTTPConnection(port: port)
          try stream.write(
            HTTPConnection.head(
              "GET", "/internal/edge-events",
              fields: [("Authorization", "Bearer \(Daybook.serviceToken)"), ("Last-Event-ID", position)]))
          return String(decoding: try stream.take(through: "event: ready"), as: UTF8.self)
        }
        #expect(text.contains("event: reset"), "\(position): \(text)")
      }
      let stranger = try await daybook.ask("GET", "/internal/edge-events", port: daybook.internalPort)
      #expect(stranger.status == 401)
    }

    @Test func `whoever has booked never sees the time as free again, and at another gateway not for long`()
      async throws
    {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let second = try await daybook.startSecondGateway()
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      for number in 0..<20 {
        let start = Daybook.time(number * 60)
        let free = String(start.dropLast(1)) + ".000Z"
        // Stored by both, where they store answers.
        for port in [daybook.port, second.port, daybook.port, second.port] {
          #expect(try await slots(daybook, type, port: port).text.contains(free))
        }
        #expect(try await daybook.book(type, start).status == 201)
        let next = try await slots(daybook, type)
        #expect(!next.text.contains(free), "\(number): \(next.fields)")
        let took = try await eventually("the other gateway has heard", within: .seconds(10)) {
          try await !slots(daybook, type, port: second.port).text.contains(free)
        }
        #expect(took < .seconds(2))
      }
      await daybook.stop()
    }

    @Test func `with no ear for notifications origin still hears within two seconds`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      for _ in 0..<3 {
        _ = try await daybook.database.query(
          .once(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'LISTEN%'
            """))
        let before = try await metric(daybook, "gateway_edge_events_total{event=\"purge\"}")
        // Nobody notifies of this one.
        _ = try await daybook.database.query(
          .once("INSERT INTO edge_events (business_id, kind, tags) VALUES (1, 'purge', '{a}')"))
        let took = try await eventually("the gateway hears", within: .seconds(10)) {
          try await metric(daybook, "gateway_edge_events_total{event=\"purge\"}") > before
        }
        #expect(took < .seconds(2))
      }
      #expect(try await daybook.ask("GET", "/v2/me", as: ana).status == 200)
      await daybook.stop()
    }

    @Test func `all who listen for news at a gateway cost origin one stream`() async throws {
      let daybook = try await Daybook.started(.init(startsWorker: false))
      let ana = try await daybook.signUp()
      let type = try await daybook.eventType("talk", minutes: 30, of: ana)
      let port = daybook.port
      let body = Daybook.booking(type, Daybook.time(600))
      try await offPool {
        let listeners = try (0..<100).map { _ in
          let live = try HTTPConnection(port: port)
          try live.write(HTTPConnection.head("GET", "/v2/slots/live?eventTypeId=\(type)"))
          return live
        }
        for live in listeners { _ = try live.take(through: ": listening\n\n") }
        #expect(try HTTPConnection(port: port).send("POST", "/v2/bookings", body: body).status == 201)
        for live in listeners {
          let news = String(decoding: try live.take(through: "}\n\n"), as: UTF8.self)
          #expect(news.contains(#""dates":["2030-01-07"]"#), "\(news)")
        }
      }
      #expect(try await metric(daybook, "gateway_fan_out_streams") <= 1)
      let count = try await daybook.ask("GET", "/metrics", port: daybook.internalPort).text
        .split(separator: "\n").first {
          $0.hasPrefix("daybook_origin_request_seconds_count{") && $0.contains("/v2/slots/live")
        }
      #expect(count?.hasSuffix(" 1") == true, "\(count ?? "none")")
      await daybook.stop()
    }
  }
}
