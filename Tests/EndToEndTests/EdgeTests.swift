import Foundation
import JSON
import Testing

extension EndToEnd {
  /// What the gateway decides by itself.
  @Suite struct EdgeTests {
    @Test func `bad tokens are refused at the edge and never reach origin`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      let forged = String(ana.token.dropLast(8)) + "AAAAAAAA"
      let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiaXNzIjoiZGF5Ym9vayIsImF1ZCI6ImRheWJvb2sifQ."
      let before = try await daybook.originRequests()
      for token in [forged, none, "nonsense", "a.b.c", String(repeating: "a", count: 9_000)] {
        let answer = try await daybook.ask("GET", "/v2/me", fields: [("Authorization", "Bearer \(token)")])
        #expect(answer.status == 401, "\(token.prefix(40)): \(answer.text)")
        #expect(answer["www-authenticate"]?.hasPrefix("Bearer") == true)
        #expect(answer.json["error"]?["code"]?.string == "UnauthorizedException")
      }
      let twice = [("Authorization", "Bearer \(ana.token)"), ("Authorization", "Bearer \(ana.token)")]
      #expect(try await daybook.ask("GET", "/v2/me", fields: twice).status == 400)
      #expect(try await daybook.originRequests() == before)
      #expect(try await daybook.ask("GET", "/v2/me", as: ana).status == 200)
    }

    @Test func `a logged-out session is refused within two seconds`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      // Asked before, so that the gateway remembers the token as good.
      #expect(try await daybook.ask("GET", "/v2/me", as: ana).status == 200)
      #expect(try await daybook.ask("POST", "/v2/auth/logout", as: ana).status == 200)
      let took = try await eventually("the token is refused", within: .seconds(2)) {
        try await daybook.ask("GET", "/v2/me", as: ana).status == 401
      }
      #expect(took < .seconds(2))
    }

    @Test func `errors of the gateway and of origin have one shape`() async throws {
      let daybook = try await Daybook.shared()
      let edge = try await daybook.ask("GET", "/v2/me", fields: [("Authorization", "Bearer a.b.c")])
      let origin = try await daybook.ask("GET", "/v2/me")
      for answer in [edge, origin] {
        #expect(answer.status == 401)
        #expect(answer["content-type"] == "application/json; charset=utf-8")
        #expect(answer.json.object?.members.map(\.key) == ["status", "timestamp", "path", "error"])
        #expect(answer.json["error"]?.object?.members.map(\.key) == ["code", "message", "details"])
        #expect(answer.json["status"]?.string == "error")
        #expect(answer.json["path"]?.string == "/v2/me")
        #expect(answer.reason?.isEmpty == false)
        #expect(answer.json["timestamp"]?.string?.wholeMatch(of: Self.instant) != nil, "\(answer.text)")
        #expect(answer["x-request-id"]?.isEmpty == false)
      }
    }

    private static var instant: Regex<Substring> { /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/ }

    @Test func `an unknown API path is the envelope, also without a token`() async throws {
      let daybook = try await Daybook.shared()
      for path in ["/v2/nothing-here", "/v2", "/api/v2/nothing-here", "/v2/bookings/x/y/z"] {
        let answer = try await daybook.ask("GET", path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.json["error"]?["code"]?.string == "NotFoundException", "\(path): \(answer.text)")
      }
    }

    @Test func `a request id goes through when it is well-formed, and is replaced when not`() async throws {
      let daybook = try await Daybook.shared()
      for path in ["/v2/me", "/", "/v2/bookings/bk_none"] {
        let kept = try await daybook.ask("GET", path, fields: [("X-Request-Id", "visit-2030.01:07_A")])
        #expect(kept["x-request-id"] == "visit-2030.01:07_A", "\(path)")
        #expect(kept.fields.filter { $0.name == "x-request-id" }.count == 1)
        for bad in ["short", "with space and more", "quote\"quote\"", String(repeating: "a", count: 129)] {
          let answer = try await daybook.ask("GET", path, fields: [("X-Request-Id", bad)])
          let id = try #require(answer["x-request-id"])
          #expect(id != bad)
          #expect(8...128 ~= id.utf8.count)
        }
      }
    }

    @Test(arguments: [
      "/internal/jobs", "/internal/clock", "/metrics", "/health/ready", "//internal/jobs",
      "/v2/../internal/jobs",
      "/%69nternal/jobs", "/v2/%2e%2e/internal/jobs", "/v2/..%2finternal/jobs", "/internal%2fjobs",
      "/v2/./../internal/jobs", "/api/v2/../../internal/jobs", "/v2/..;/internal/jobs",
      "/v2/%5c../internal/jobs",
    ])
    func `nothing internal is reached through the gateway`(_ path: String) async throws {
      let daybook = try await Daybook.shared()
      let token = [("Authorization", "Bearer \(Daybook.serviceToken)")]
      for fields in [[], token] {
        let answer = try await daybook.ask("GET", path, fields: fields)
        #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
        #expect(!answer.text.contains("latestDead") && !answer.text.contains("daybook_"), "\(path)")
      }
      // The same question on the internal listener is answered.
      let inside = try await daybook.ask("GET", "/internal/jobs", fields: token, port: daybook.internalPort)
      #expect(inside.status == 200)
    }

    @Test func `identity never comes from a header`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      for name in ["X-User-Id", "X-Daybook-User", "X-Subject", "X-Forwarded-User", "Remote-User"] {
        let answer = try await daybook.ask("GET", "/v2/me", fields: [(name, "\(ana.id)")])
        #expect(answer.status == 401, "\(name)")
      }
    }
  }
}
