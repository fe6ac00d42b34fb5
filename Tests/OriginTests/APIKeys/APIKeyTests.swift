import Foundation
import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct APIKeyTests {
  /// The same person, coming with a key.
  private func key(of person: Person, _ origin: TestOrigin, _ body: String = "{}") async throws -> (
    id: Int, caller: Person
  ) {
    let made = try await origin.post("/v2/api-keys", body, as: person)
    #expect(made.status == 201, "\(made.text)")
    var caller = person
    caller.token = try #require(made.data["apiKey"]?.string)
    return (try #require(made.data["id"]?.int), caller)
  }

  @Test func `a key is shown once, and works wherever a token does`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (id, key) = try await key(of: ana, origin, #"{"note":"Website","expiresInDays":90}"#)
      #expect(key.token.hasPrefix("dk_") && key.token.count == 43)
      #expect(try await origin.get("/v2/me", as: key).data["id"]?.int == ana.id)
      let type = try await origin.eventType("a", length: 30, of: key)
      #expect(try await origin.get("/v2/event-types/\(type)", as: ana).status == 200)
      let list = try await origin.get("/v2/api-keys", as: key)
      let first = try #require(list.data.array?.first)
      #expect(first["id"]?.int == id && first["note"]?.string == "Website")
      #expect(first["prefix"]?.string == String(key.token.prefix(7)))
      #expect(first["expiresAt"]?.string != nil && first["lastUsedAt"]?.string != nil)
      #expect(!list.text.contains(key.token.dropFirst(7)))
      // Nor is it anywhere in the database.
      let stored = "SELECT count(*) FROM api_keys k WHERE k::text LIKE '%\(key.token.dropFirst(7))%'"
      #expect(try await origin.count(stored) == 0)
      #expect(try await origin.post("/v2/api-keys", "", as: ana).status == 201)
    }
  }

  @Test func `a revoked key stops at once here, and everywhere within two seconds`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let (id, key) = try await key(of: ana, origin)
      #expect(try await origin.get("/v2/me", as: key).status == 200)
      // What another process knows.
      let elsewhere = APIKeyCache(APIKeyStore(origin.postgres))
      let hash = try #require(APIKeySecret(key.token[...])).hash
      #expect(try await elsewhere.owner(ofHash: hash)?.userID == ana.id)
      #expect(try await origin.delete("/v2/api-keys/\(id)", as: eve).status == 404)
      #expect(try await origin.delete("/v2/api-keys/\(id)", as: ana).status == 200)
      let refused = try await origin.get("/v2/me", as: key)
      #expect(refused.status == 401 && refused.reason == "bad_token")
      #expect(try await origin.delete("/v2/api-keys/\(id)", as: ana).status == 404)
      let revoked = ContinuousClock.now
      while try await elsewhere.owner(ofHash: hash) != nil { try await Task.sleep(for: .milliseconds(20)) }
      #expect(revoked.duration(to: .now) < .seconds(2))
    }
  }

  @Test(arguments: [
    "dk_", "dk_short", "dk_" + String(repeating: "x", count: 40), "dk_" + String(repeating: "x", count: 41),
    "dk_" + String(repeating: "x", count: 39) + "!", "dk_" + String(repeating: "é", count: 20),
  ])
  func `what is no key of ours is a 401`(_ token: String) async throws {
    try await TestOrigin.run { origin async throws in
      var nobody = try await origin.signUp("ana")
      nobody.token = token
      for path in ["/v2/me", "/v2/event-types?username=ana"] {
        let answer = try await origin.get(path, as: nobody)
        #expect(answer.status == 401 && answer.reason == "bad_token")
      }
    }
  }

  @Test func `a refreshed key is replaced, its note carries over, and only the key itself can ask`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (_, old) = try await key(of: ana, origin, #"{"note":"Website"}"#)
      let path = "/v2/api-keys/refresh"
      #expect(try await origin.post(path, "{}", as: ana).status == 401)
      #expect(try await origin.post(path, "{}").status == 401)
      let both = try await origin.post(path, #"{"apiKeyDaysValid":5,"apiKeyNeverExpires":true}"#, as: old)
      #expect(both.status == 400 && both.fields == ["apiKeyNeverExpires"])
      let refreshed = try await origin.post(path, "{}", as: old)
      #expect(refreshed.status == 200, "\(refreshed.text)")
      var new = ana
      new.token = try #require(refreshed.data["apiKey"]?.string)
      #expect(try await origin.get("/v2/me", as: old).status == 401)
      #expect(try await origin.post(path, "{}", as: old).status == 401)
      let listed = try #require(try await origin.get("/v2/api-keys", as: new).data.array)
      #expect(listed.count == 1 && listed[0]["note"]?.string == "Website")
      let days = "SELECT extract(day FROM expires_at - created_at)::int8 FROM api_keys"
      #expect(try await origin.count(days) == 30)
      new.token = try #require(
        try await origin.post(path, #"{"apiKeyDaysValid":5}"#, as: new).data["apiKey"]?.string)
      #expect(try await origin.count(days) == 5)
      _ = try await origin.post(path, #"{"apiKeyNeverExpires":true}"#, as: new)
      #expect(try await origin.count("SELECT count(*) FROM api_keys WHERE expires_at IS NULL") == 1)
    }
  }

  @Test func `of many refreshes with one key one wins`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      for _ in 0..<10 {
        let (_, key) = try await key(of: ana, origin)
        let answers = try await origin.together(8) { _ in
          try await origin.post("/v2/api-keys/refresh", "{}", as: key)
        }
        #expect(answers.filter { $0.status == 200 }.count == 1)
        #expect(answers.filter { $0.status == 401 }.count == 7)
      }
      #expect(try await origin.count("SELECT count(*) FROM api_keys") == 10)
    }
  }

  @Test func `an expired key does not work, also when it was known before`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (_, key) = try await key(of: ana, origin, #"{"expiresInDays":1}"#)
      _ = try await origin.postgres.query(
        .once("UPDATE api_keys SET expires_at = now() - interval '1 second'"))
      #expect(try await origin.get("/v2/me", as: key).status == 401)
      #expect(try await origin.post("/v2/api-keys/refresh", "{}", as: key).status == 401)
      let owner = APIKeyStore.Owner(keyID: 1, userID: 1, expiresAt: Date().addingTimeInterval(-1))
      let cache = APIKeyCache { _ in owner }
      #expect(try await cache.owner(ofHash: [1]) == nil)
    }
  }

  @Test func `who comes with a key has no session to log out of, and sees those of others of his`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (_, key) = try await key(of: ana, origin)
      #expect(try await origin.post("/v2/auth/logout", "{}", as: key).status == 403)
      let sessions = try #require(try await origin.get("/v2/auth/sessions", as: key).data.array)
      #expect(sessions.count == 1 && sessions[0]["current"] == .bool(false))
      #expect(try await origin.get("/v2/me", as: ana).status == 200)
    }
  }

  @Test func `wrong bodies are named, and there is a bound on keys`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let wrong = try await origin.post("/v2/api-keys", #"{"note":5,"expiresInDays":0,"x":1}"#, as: ana)
      #expect(wrong.status == 400 && wrong.fields == ["expiresInDays", "note", "x"])
      #expect(try await origin.post("/v2/api-keys", "{}").status == 401)
      #expect(try await origin.get("/v2/api-keys").status == 401)
      _ = try await origin.postgres.query(
        .once(
          """
          INSERT INTO api_keys (business_id, user_id, hash, prefix, created_at)
          SELECT business_id, id, sha256('x'), 'dk_', now() FROM users, generate_series(1, 200)
          """))
      #expect(try await origin.post("/v2/api-keys", "{}", as: ana).reason == "too_many")
    }
  }
}
