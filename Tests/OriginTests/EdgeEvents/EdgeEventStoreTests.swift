import Foundation
import Postgres
import Testing

@testable import Origin

@Suite struct EdgeEventStoreTests {
  private static let insert = Statement(
    "INSERT INTO edge_events (business_id, kind, tags) VALUES (1, 'purge', $1)")

  private func purge(_ tag: String) -> EdgeEvent { .purge(tags: [tag], paths: []) }

  @Test func `what is committed late is not passed over, and nothing is told twice`() async throws {
    try await TestOrigin.run { origin async throws in
      let store = EdgeEventStore(origin.postgres)
      let now = Date()
      let start = try await store.beginning(now: now).position
      let (early, late) = try await origin.postgres.transaction { transaction in
        // It has its number before the next one, and becomes visible after it.
        _ = try await transaction.query(Self.insert, ["late"])
        _ = try await origin.postgres.query(Self.insert, ["early"])
        let news = try #require(try await store.events(since: start, now: now))
        #expect(news.events == [purge("early")])
        #expect(try #require(try await store.events(since: news.position, now: now)).events == [])
        return (news.position, purge("late"))
      }
      let news = try #require(try await store.events(since: early, now: now))
      #expect(news.events == [late])
      #expect(try #require(try await store.events(since: news.position, now: now)).events == [])
      // Whoever did not get as far hears both.
      #expect(try #require(try await store.events(since: start, now: now)).events.count == 2)
    }
  }

  @Test func `what was undone is never told`() async throws {
    struct Undone: Error {}
    try await TestOrigin.run { origin async throws in
      let store = EdgeEventStore(origin.postgres)
      let start = try await store.beginning(now: Date()).position
      await #expect(throws: Undone.self) {
        try await origin.postgres.transaction { transaction -> Void in
          _ = try await transaction.query(Self.insert, ["undone"])
          throw Undone()
        }
      }
      #expect(try #require(try await store.events(since: start, now: Date())).events == [])
    }
  }

  @Test func `a position that is too old, or another database's, cannot be gone on from`() async throws {
    try await TestOrigin.run { origin async throws in
      let store = EdgeEventStore(origin.postgres)
      let now = Date()
      let position = try await store.beginning(now: now).position
      #expect(try await store.events(since: position, now: now.addingTimeInterval(19 * 60)) != nil)
      #expect(try await store.events(since: position, now: now.addingTimeInterval(21 * 60)) == nil)
      let foreign = EdgePosition(readAt: now, snapshot: "900000000000:900000000000:")
      #expect(try await store.events(since: foreign, now: now) == nil)
    }
  }

  @Test func `whoever has missed very much begins anew`() async throws {
    try await TestOrigin.run { origin async throws in
      let store = EdgeEventStore(origin.postgres)
      let start = try await store.beginning(now: Date()).position
      _ = try await origin.postgres.query(
        .once(
          "INSERT INTO edge_events (business_id, kind, tags) SELECT 1, 'purge', '{a}' FROM generate_series(1, 10001)"
        ))
      #expect(try await store.events(since: start, now: Date()) == nil)
    }
  }

  @Test func `only what nobody can ask for any more is swept away`() async throws {
    try await TestOrigin.run { origin async throws in
      let store = EdgeEventStore(origin.postgres)
      _ = try await origin.postgres.query(
        .once(
          """
          INSERT INTO edge_events (business_id, kind, tags, created_at)
          VALUES (1, 'purge', '{old}', now() - interval '41 minutes'), (1, 'purge', '{new}', now() - interval '39 minutes')
          """))
      try await store.sweep(now: Date())
      let rows = try await origin.postgres.query(.once("SELECT tags FROM edge_events"))
      #expect(try rows.map { try $0.decode([String].self, at: 0) } == [["new"]])
    }
  }

  @Test func `revocations are told from the beginning as long as tokens may run`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let store = EdgeEventStore(origin.postgres)
      try await store.revoke(session: "s1", of: ana.id)
      let instant = Date(timeIntervalSince1970: 1_700_000_000)
      #expect(try await store.revoke(user: ana.id, issuedBy: instant))
      #expect(try await !store.revoke(user: 999_999, issuedBy: instant))
      let events = try await store.beginning(now: Date()).events
      #expect(events.count == 2)
      guard case .revokeSession("s1", let until) = events[0], case .revokeUser(ana.id, instant, _) = events[1]
      else {
        Issue.record("\(events)")
        return
      }
      #expect(abs(until.timeIntervalSinceNow - 16 * 60) < 60)
      #expect(try await store.beginning(now: Date().addingTimeInterval(16 * 60 + 1)).events == [])
    }
  }
}

@Suite struct EdgePositionTests {
  @Test(arguments: [
    "", "1", "1/", "1/2:3", "1/2:3:4:5", "x/2:3:", "1/0:3:", "1/4:3:", "1/2:3:3", "1/2:9:4,3", "1/2:9:4,,5",
    "1/2:9:1", "1/2:9:'", "1/2:9999999999999999999999:", "-1/2:3:", "1/2:3:\u{0}", " 1/2:3:",
    "1/2:3:" + String(repeating: "2,", count: 9_000),
  ])
  func `what is no position is none`(_ text: String) {
    #expect(EdgePosition(text) == nil)
  }

  @Test(arguments: ["1893456000/742:742:", "1893456000/742:751:742,745,750"])
  func `a position is read as it was written`(_ text: String) throws {
    #expect(try #require(EdgePosition(text)).text == text)
  }
}
