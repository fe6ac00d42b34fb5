import Foundation
import HTTPTypes
import JSON
import Secrets
import Postgres
import Testing

@testable import Origin

@Suite struct WebhookTests {
  private static let body =
    #"{"active":true,"subscriberUrl":"https://hooks.test/a","triggers":["BOOKING_CREATED","BOOKING_CANCELLED"]}"#

  @Test func `a webhook reads back as it was written`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let created = try await origin.post(
        "/v2/webhooks",
        #"{"active":false,"subscriberUrl":"https://hooks.test/a?x=1","triggers":["BOOKING_PAID"],"#
          + #""payloadTemplate":"{\"t\":\"{{title}}\"}","secret":"s3cret <ü>","version":"2021-10-20"}"#,
        as: ana)
      #expect(created.status == 201, "\(created.text)")
      let id = try #require(created.data["id"]?.string)
      #expect(created.data["userId"]?.int == ana.id && created.data["eventTypeId"] == nil)
      #expect(created.data["active"] == .bool(false) && created.data["secret"]?.string == "s3cret <ü>")
      #expect(created.data["triggers"] == .array([.string("BOOKING_PAID")]))
      #expect(created.data["payloadTemplate"]?.string == #"{"t":"{{title}}"}"#)
      #expect(created.data["version"]?.string == "2021-10-20")
      #expect(try await origin.get("/v2/webhooks/\(id)", as: ana).data == created.data)
      #expect(try await origin.get("/v2/webhooks", as: ana).data == .array([created.data]))
      #expect(try await origin.get("/v2/webhooks?skip=1&take=250", as: ana).data == .array([]))
      #expect(try await origin.get("/v2/webhooks?take=251", as: ana).fields == ["take"])
    }
  }

  @Test func `a change leaves what it does not name, and null takes away`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let created = try await origin.post(
        "/v2/webhooks", Self.body.dropLast() + #","secret":"one","payloadTemplate":"x"}"#, as: ana)
      let path = "/v2/webhooks/\(try #require(created.data["id"]?.string))"
      let off = try await origin.patch(path, #"{"active":false}"#, as: ana)
      #expect(off.data["active"] == .bool(false) && off.data["secret"]?.string == "one")
      let bare = try await origin.patch(path, #"{"secret":null,"payloadTemplate":""}"#, as: ana)
      #expect(bare.data["secret"] == .null && bare.data["payloadTemplate"] == .null, "\(bare.text)")
      #expect(bare.data["triggers"]?.array?.count == 2)
      let moved = try await origin.patch(
        path, #"{"subscriberUrl":"https://hooks.test/b","triggers":["OOO_CREATED"],"secret":"two"}"#, as: ana)
      #expect(
        moved.data["subscriberUrl"]?.string == "https://hooks.test/b" && moved.data["secret"]?.string == "two"
      )
      #expect(try await origin.delete(path, as: ana).data["id"] == created.data["id"])
      #expect(try await origin.get(path, as: ana).status == 404)
      #expect(try await origin.delete(path, as: ana).status == 404)
    }
  }

  @Test func `the same owner has an address once, by a constraint`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, leo) = (try await origin.signUp("ana"), try await origin.signUp("leo"))
      let type = try await origin.eventType("a", length: 60, of: ana)
      let answers = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try await origin.post("/v2/webhooks", Self.body, as: ana).status } }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(answers.sorted() == [201] + Array(repeating: 409, count: 7))
      let again = try await origin.post("/v2/webhooks", Self.body, as: ana)
      #expect(again.reason == "subscriber_taken" && again.fields == ["subscriberUrl"])
      #expect(try await origin.post("/v2/webhooks", Self.body, as: leo).status == 201)
      #expect(try await origin.post("/v2/event-types/\(type)/webhooks", Self.body, as: ana).status == 201)
      #expect(try await origin.post("/v2/event-types/\(type)/webhooks", Self.body, as: ana).status == 409)
      let other = try await origin.post(
        "/v2/webhooks", Self.body.replacing("hooks.test/a", with: "hooks.test/c"), as: ana)
      let id = try #require(other.data["id"]?.string)
      let clash = try await origin.patch(
        "/v2/webhooks/\(id)", #"{"subscriberUrl":"https://hooks.test/a"}"#, as: ana)
      #expect(clash.status == 409)
    }
  }

  @Test func `an event type has webhooks of its own, which can go all at once`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (one, two) = (
        try await origin.eventType("a", length: 60, of: ana),
        try await origin.eventType("b", length: 60, of: ana)
      )
      let created = try await origin.post("/v2/event-types/\(one)/webhooks", Self.body, as: ana)
      #expect(
        created.status == 201 && created.data["eventTypeId"]?.int == one && created.data["userId"] == nil)
      let id = try #require(created.data["id"]?.string)
      #expect(try await origin.get("/v2/event-types/\(one)/webhooks/\(id)", as: ana).status == 200)
      #expect(try await origin.get("/v2/event-types/\(two)/webhooks/\(id)", as: ana).status == 404)
      #expect(try await origin.get("/v2/webhooks/\(id)", as: ana).status == 404)
      #expect(try await origin.get("/v2/webhooks", as: ana).data == .array([]))
      _ = try await origin.post(
        "/v2/event-types/\(one)/webhooks", Self.body.replacing("hooks.test/a", with: "hooks.test/b"), as: ana)
      _ = try await origin.post("/v2/event-types/\(two)/webhooks", Self.body, as: ana)
      let gone = try await origin.delete("/v2/event-types/\(one)/webhooks", as: ana)
      #expect(gone.status == 200 && gone.data.string == "2 webhooks deleted")
      #expect(try await origin.get("/v2/event-types/\(one)/webhooks", as: ana).data == .array([]))
      #expect(try await origin.get("/v2/event-types/\(two)/webhooks", as: ana).data.array?.count == 1)
      #expect(try await origin.get("/v2/event-types/999999/webhooks", as: ana).status == 404)
    }
  }

  @Test func `a team's webhooks are its owner's and its admins', and nobody else's`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, leo, eve) = (
        try await origin.signUp("ana"), try await origin.signUp("leo"), try await origin.signUp("eve")
      )
      let team = try await origin.staffedTeam(owner: ana, staff: leo)
      let path = "/v2/teams/\(team)/webhooks"
      let created = try await origin.post(path, Self.body, as: ana)
      #expect(created.status == 201 && created.data["teamId"]?.int == team, "\(created.text)")
      let id = try #require(created.data["id"]?.string)
      for (person, status) in [(ana, 200), (leo, 403), (eve, 404)] {
        #expect(try await origin.get(path, as: person).status == status)
        #expect(try await origin.get("\(path)/\(id)", as: person).status == status)
        #expect(
          try await origin.get("/v2/webhooks/\(id)/deliveries", as: person).status
            == (person.id == ana.id ? 200 : 404))
      }
      #expect(try await origin.get(path).status == 401)
      // Everybody's own business is no team.
      let own = try await origin.businessID(of: ana)
      #expect(try await origin.get("/v2/teams/\(own)/webhooks", as: ana).status == 404)
    }
  }

  @Test func `a stranger finds no webhook and changes none`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let type = try await origin.eventType("a", length: 60, of: ana)
      let mine = try await origin.post("/v2/webhooks", Self.body, as: ana)
      let id = try #require(mine.data["id"]?.string)
      for path in ["/v2/webhooks/\(id)", "/v2/event-types/\(type)/webhooks/\(id)"] {
        #expect(try await origin.get(path, as: eve).status == 404)
        #expect(try await origin.patch(path, #"{"active":false}"#, as: eve).status == 404)
        #expect(try await origin.delete(path, as: eve).status == 404)
        #expect(try await origin.get(path).status == 401)
      }
      #expect(try await origin.post("/v2/event-types/\(type)/webhooks", Self.body, as: eve).status == 404)
      #expect(try await origin.get("/v2/webhooks/\(id)", as: ana).data == mine.data)
    }
  }

  @Test(arguments: [
    "http://127.0.0.1/x", "http://2130706433", "http://0x7f.1", "http://[::1]",
    "http://[::ffff:192.168.1.1]/",
    "http://169.254.169.254/latest/meta-data/", "http://localhost:5432", "http://metadata.google.internal",
    "http://db",
    "ftp://example.com", "https://user:pass@example.com", "example.com", "https://\u{202E}example.com",
  ])
  func `an address inside our own network is refused, by name too`(_ url: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let answer = try await origin.post(
        "/v2/webhooks", Self.body.replacing("https://hooks.test/a", with: url), as: ana)
      #expect(answer.status == 400 && answer.fields == ["subscriberUrl"], "\(answer.text)")
      let fine = try await origin.post("/v2/webhooks", Self.body, as: ana)
      let id = try #require(fine.data["id"]?.string)
      let changed = try await origin.patch("/v2/webhooks/\(id)", #"{"subscriberUrl":"\#(url)"}"#, as: ana)
      #expect(changed.status == 400)
    }
  }

  @Test func `where the operator allows it, an address inside is fine`() async throws {
    try await TestOrigin.run(settings: ["WEBHOOK_ALLOW_PRIVATE": "true"]) { origin async throws in
      let ana = try await origin.signUp("ana")
      let body = Self.body.replacing("https://hooks.test/a", with: "http://127.0.0.1:9/x")
      #expect(try await origin.post("/v2/webhooks", body, as: ana).status == 201)
    }
  }

  @Test func `every wrong field is named`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      #expect(
        try await origin.post("/v2/webhooks", as: ana).fields == ["active", "subscriberUrl", "triggers"])
      let wrong = try await origin.post(
        "/v2/webhooks",
        #"{"active":"yes","subscriberUrl":7,"triggers":["BOOKING_CREATED","NOTHING",3],"secret":1,"#
          + #""payloadTemplate":[],"version":"1999-01-01","id":"x"}"#, as: ana)
      #expect(
        wrong.fields == [
          "active", "id", "payloadTemplate", "secret", "subscriberUrl", "triggers.1", "triggers.2", "version",
        ], "\(wrong.text)")
      let long = try await origin.post(
        "/v2/webhooks",
        Self.body.replacing("hooks.test/a", with: "hooks.test/" + String(repeating: "a", count: 2000)),
        as: ana)
      #expect(long.fields == ["subscriberUrl"])
    }
  }

  @Test func `one owner has at most a hundred`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      for number in 0..<WebhookStore.most {
        let body = Self.body.replacing("hooks.test/a", with: "hooks.test/\(number)")
        #expect(try await origin.post("/v2/webhooks", body, as: ana).status == 201)
      }
      let more = try await origin.post("/v2/webhooks", Self.body, as: ana)
      #expect(more.status == 400 && more.reason == "too_many")
    }
  }

  @Test func `with a key file the secret lies sealed, and opens only in its own row`() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "daybook-seal-\(UUID().uuidString)")
      .path
    try SealingKeys.newFile(keyID: "k1").write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    try await TestOrigin.run(settings: ["SECRETS_KEY_FILE": file]) { origin async throws in
      let ana = try await origin.signUp("ana")
      let first = try await origin.post(
        "/v2/webhooks", Self.body.dropLast() + #","secret":"plain words"}"#, as: ana)
      #expect(first.data["secret"]?.string == "plain words", "\(first.text)")
      let row = try #require(
        try await origin.postgres.query(.once("SELECT secret, secret_is_sealed FROM webhooks")).first)
      let stored = try row.decode([UInt8].self, at: 0)
      #expect(try row.decode(Bool.self, at: 1))
      #expect(!String(decoding: stored, as: UTF8.self).contains("plain words"))
      _ = try await origin.post(
        "/v2/webhooks", Self.body.replacing("hooks.test/a", with: "hooks.test/b"), as: ana)
      _ = try await origin.postgres.query(
        .once("UPDATE webhooks SET secret = $1, secret_is_sealed = true WHERE secret IS NULL"), stored)
      let list = try await origin.get("/v2/webhooks", as: ana)
      #expect(list.status == 200 && list.data.array?.count == 2)
      #expect(list.data.array?.map { $0["secret"] ?? .null }.contains(.null) == true)
    }
  }

  @Test func `the delivery log is there, empty until something was sent`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let created = try await origin.post("/v2/webhooks", Self.body, as: ana)
      let path = "/v2/webhooks/\(try #require(created.data["id"]?.string))/deliveries"
      let empty = try await origin.get(path, as: ana)
      #expect(empty.data == .array([]) && empty.json["pagination"]?["totalItems"]?.int == 0, "\(empty.text)")
      _ = try await origin.postgres.query(
        .once(
          """
          INSERT INTO webhook_deliveries (business_id, webhook_id, event_id, trigger, body, status, attempts,
            response_status, took_ms, created_at, finished_at)
          SELECT w.business_id, w.id, 'e' || n, 'BOOKING_CREATED', '{}', 'delivered', 1, 200, 12, w.created_at, w.created_at
          FROM webhooks w, generate_series(1, 3) AS n
          """))
      let log = try await origin.get("\(path)?take=2", as: ana)
      #expect(log.data.array?.map { $0["eventId"]?.string } == ["e3", "e2"])
      #expect(log.data.array?.first?["responseStatus"]?.int == 200)
      #expect(log.json["pagination"]?["totalItems"]?.int == 3)
      #expect(try await origin.get(path, as: eve).status == 404)
    }
  }
}
