import Foundation
import JSON
import Logging
import Postgres
import Testing

@testable import Origin

@Suite struct RevokedSessionsTests {
  private func eventually(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    for _ in 0..<1_000 {
      if try await isTrue() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("not in time: \(what)")
  }

  /// What another origin process knows, over a client of its own.
  private func elsewhere<R: Sendable>(
    _ origin: TestOrigin, _ body: (RevokedSessions, PostgresClient) async throws -> R
  ) async throws -> R {
    let postgres = PostgresClient(configuration: origin.postgres.configuration)
    let revoked = RevokedSessions(postgres: postgres, logger: Logger(label: "test"))
    let service = Task { try await revoked.run() }
    defer { service.cancel() }
    let result = try await body(revoked, postgres)
    await postgres.shutdown()
    return result
  }

  private func session(of person: Person, _ origin: TestOrigin) async throws -> String {
    let list = try await origin.get("/v2/auth/sessions", as: person)
    return try #require(list.data.array?.first?["id"]?.string)
  }

  @Test func `a log-out is known to other processes, also to one that starts later`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await session(of: ana, origin)
      try await elsewhere(origin) { revoked, _ async throws in
        #expect(!revoked.contains(id))
        #expect(try await origin.post("/v2/auth/logout", "{}", as: ana).status == 200)
        try await eventually("the other process knows") { revoked.contains(id) }
      }
      try await elsewhere(origin) { revoked, _ async throws in
        try await eventually("the later process knows") { revoked.contains(id) }
      }
      #expect(try await origin.get("/v2/me", as: ana).status == 401)
    }
  }

  @Test func `a process that lost its ear hears what was said meanwhile`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      try await elsewhere(origin) { revoked, postgres async throws in
        try await origin.parts.revoked.revoke("first", of: ana.id)
        try await eventually("it listens") { revoked.contains("first") }
        // Every listener of this database loses its connection; the next revocation is told to nobody.
        let killed = try await postgres.query(
          .once(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()
            """))
        #expect(try #require(killed.first).decode(Int.self, at: 0) >= 1)
        try await EdgeEventStore(origin.postgres).revoke(session: "unheard", of: leo.id)
        try await eventually("it has looked again") { revoked.contains("unheard") }
      }
    }
  }

  @Test func `all tokens of a user that were issued until now are called in, and later ones count`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      #expect(try await origin.parts.revoked.revokeAll(of: ana.id, issuedBy: Date()))
      #expect(try await origin.get("/v2/me", as: ana).status == 401)
      #expect(try await origin.get("/v2/me", as: leo).status == 200)
      let now = Int(Date().timeIntervalSince1970)
      #expect(origin.parts.revoked.contains(userID: ana.id, issuedAt: now - 1))
      #expect(!origin.parts.revoked.contains(userID: ana.id, issuedAt: now + 2))
      #expect(try await !origin.parts.revoked.revokeAll(of: 999_999, issuedBy: Date()))
    }
  }

  @Test func `nobody ends the session of another`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let id = try await session(of: ana, origin)
      #expect(try await origin.delete("/v2/auth/sessions/\(id)", as: leo).status == 404)
      #expect(try await origin.get("/v2/me", as: ana).status == 200)
      #expect(try await origin.delete("/v2/auth/sessions/\(id)", as: ana).status == 200)
      #expect(try await origin.get("/v2/me", as: ana).status == 401)
    }
  }
}
