import HTTPTypes
import JSON
import Testing

@testable import Origin

@Suite struct AuthTests {
  private func refresh(_ origin: TestOrigin, _ cookie: String) async throws -> Answer {
    try await origin.send(.post, "/v2/auth/refresh", headers: [.cookie: "daybook_refresh=\(cookie)"])
  }

  private func logIn(_ origin: TestOrigin, _ email: String, _ password: String) async throws -> Answer {
    try await origin.post("/v2/auth/login", #"{"email":"\#(email)","password":"\#(password)"}"#)
  }

  @Test func `signing up gives a token that works at once, a cookie out of reach, and working hours`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let me = try await origin.get("/v2/me", as: ana)
      #expect(me.status == 200)
      #expect(me.data["timeZone"]?.string == "Europe/Rome")
      let schedule = try await origin.get("/v2/schedules/default", as: ana)
      #expect(schedule.data["id"] == me.data["defaultScheduleId"])
      let answer = try await logIn(origin, ana.email, "a good password")
      let line = try #require(answer.headers[.setCookie])
      #expect(line.contains("HttpOnly") && line.contains("SameSite=Lax") && !line.contains("Secure"))
      #expect(answer.headers[.cacheControl] == "private, no-store")
    }
  }

  @Test func `an address is taken whatever the case of its letters, and so is a user name`() async throws {
    try await TestOrigin.run { origin async throws in
      try await origin.signUp("ana")
      func again(_ email: String, _ username: String) async throws -> Answer {
        try await origin.post(
          "/v2/auth/signup",
          #"{"email":"\#(email)","password":"a good password","name":"X","username":"\#(username)","timeZone":"UTC"}"#
        )
      }
      let address = try await again("ANA@clinic.test", "other")
      #expect(address.status == 409 && address.reason == "email_taken")
      let name = try await again("other@clinic.test", "ana")
      #expect(name.status == 409 && name.reason == "username_taken")
    }
  }

  @Test func `a wrong password and an unknown address get the same answer`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let wrong = try await logIn(origin, ana.email, "not her password")
      let unknown = try await logIn(origin, "nobody@clinic.test", "not her password")
      #expect(wrong.status == 401 && unknown.status == 401)
      #expect(wrong.json["error"] == unknown.json["error"])
      #expect(try await logIn(origin, "Ana@Clinic.test", "a good password").status == 200)
    }
  }

  @Test func `a refresh token works once; the second use ends the session for everyone who holds it`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let first = try await refresh(origin, ana.cookie)
      #expect(first.status == 200)
      let next = try #require(first.cookie("daybook_refresh"))
      #expect(next != ana.cookie)
      #expect(try await origin.get("/v2/me", as: ana).status == 200)
      let stolen = try await refresh(origin, ana.cookie)
      #expect(stolen.status == 401 && stolen.reason == "session_ended")
      #expect(try await refresh(origin, next).status == 401)
      #expect(try await origin.get("/v2/me", as: ana).status == 401)
    }
  }

  @Test func `of many refreshes at once with one token exactly one wins`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<16 { group.addTask { try await refresh(origin, ana.cookie).status } }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses.filter { $0 == 200 }.count == 1)
    }
  }

  @Test(arguments: [
    "", "x", "a.b.c", "daybook", String(repeating: "a", count: 5000),
    "0123456789012345678901.0123456789012345678901.01234567890123456789012345678901",
  ])
  func `a cookie that is none of ours is a 401`(_ cookie: String) async throws {
    try await TestOrigin.run { origin async throws in
      #expect(try await refresh(origin, cookie).status == 401)
    }
  }

  @Test func `logging out ends the token and the cookie; another session goes on`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let second = try await logIn(origin, ana.email, "a good password")
      let token = try #require(second.data["accessToken"]?.string)
      let other = Person(id: ana.id, email: ana.email, username: "ana", token: token, cookie: "")
      let list = try await origin.get("/v2/auth/sessions", as: ana)
      #expect(list.data.array?.count == 2)
      #expect(list.data.array?.filter { $0["current"] == .bool(true) }.count == 1)
      #expect(try await origin.send(.post, "/v2/auth/logout", as: ana).status == 200)
      #expect(try await origin.get("/v2/me", as: ana).status == 401)
      #expect(try await refresh(origin, ana.cookie).status == 401)
      #expect(try await origin.get("/v2/me", as: other).status == 200)
    }
  }

  @Test func `a session can be ended from another one, but not by a stranger`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try #require(
        try await origin.get("/v2/auth/sessions", as: ana).data.array?.first?["id"]?.string)
      #expect(try await origin.delete("/v2/auth/sessions/\(id)", as: eve).status == 404)
      #expect(try await origin.get("/v2/me", as: ana).status == 200)
      #expect(try await origin.delete("/v2/auth/sessions/\(id)", as: ana).status == 200)
      #expect(try await origin.get("/v2/me", as: ana).status == 401)
    }
  }

  @Test(arguments: [
    "Bearer x", "Basic YTpi", "Bearer ", "bearer", "Bearer a.b.c",
    "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
  ])
  func `a token that is not right is a 401 on public routes too`(_ header: String) async throws {
    try await TestOrigin.run { origin async throws in
      let answer = try await origin.send(
        .get, "/v2/event-types?username=ana", headers: [.authorization: header])
      #expect(answer.status == 401)
      #expect(answer.headers[.wwwAuthenticate] != nil)
    }
  }

  @Test func `a sign-up that is wrong everywhere is told all of it`() async throws {
    try await TestOrigin.run { origin async throws in
      let answer = try await origin.post(
        "/v2/auth/signup",
        #"{"email":"no","password":"short","name":"","username":"Not OK","timeZone":"Mars/Base","role":"admin"}"#
      )
      #expect(answer.status == 400)
      #expect(answer.fields == ["email", "name", "password", "role", "timeZone", "username"])
    }
  }
}
