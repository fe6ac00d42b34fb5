import Postgres
import TestSupport
import Testing

@Suite struct ListenTests {
  private static let me = Statement(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")

  @Test func `a listener hears what is notified after the marker, in order`() async throws {
    try await withClient { client async throws in
      var stream = client.notifications(on: "news").makeAsyncIterator()
      #expect(await stream.next() == .resumed)
      for number in 0..<100 {
        _ = try await client.query(.once("SELECT pg_notify('news', $1)"), String(number))
      }
      for number in 0..<100 { #expect(await stream.next() == .message(String(number))) }
    }
  }

  @Test func `a notification sent without waiting arrives`() async throws {
    try await withClient { client async throws in
      var stream = client.notifications(on: "news").makeAsyncIterator()
      #expect(await stream.next() == .resumed)
      client.notify("news", "héllo \"quoted\"")
      #expect(await stream.next() == .message("héllo \"quoted\""))
    }
  }

  @Test func `a notification inside a transaction comes when it commits`() async throws {
    try await withClient { client async throws in
      var stream = client.notifications(on: "news").makeAsyncIterator()
      #expect(await stream.next() == .resumed)
      try await client.transaction { transaction in
        _ = try await transaction.query(.once("SELECT pg_notify('news', 'inside')"))
        _ = try await client.query(.once("SELECT pg_notify('news', 'before')"))
      }
      #expect(await stream.next() == .message("before"))
      #expect(await stream.next() == .message("inside"))
    }
  }

  @Test func `after a lost connection it listens again and says so`() async throws {
    try await withClient { client async throws in
      var stream = client.notifications(on: "Odd \"name\"").makeAsyncIterator()
      #expect(await stream.next() == .resumed)
      for round in 0..<3 {
        let pid = try await client.query(Self.me)[0].decode(Int32.self, at: 0)
        _ = try await client.query(.once("SELECT pg_terminate_backend($1)"), pid)
        #expect(await stream.next() == .resumed)
        client.notify("Odd \"name\"", "round \(round)")
        #expect(await stream.next() == .message("round \(round)"))
      }
    }
  }

  @Test func `two listeners of one channel both hear, and others do not`() async throws {
    try await withClient { client async throws in
      var one = client.notifications(on: "a").makeAsyncIterator()
      #expect(await one.next() == .resumed)
      var two = client.notifications(on: "a").makeAsyncIterator()
      var other = client.notifications(on: "b").makeAsyncIterator()
      #expect(await two.next() == .resumed)
      #expect(await other.next() == .resumed)
      client.notify("a", "1")
      client.notify("b", "2")
      #expect(await one.next() == .message("1"))
      #expect(await two.next() == .message("1"))
      #expect(await other.next() == .message("2"))
    }
  }

  @Test func `a listener too slow for its buffer is told that it missed some`() async throws {
    try await withClient { client async throws in
      let stream = client.notifications(on: "news")
      var iterator = stream.makeAsyncIterator()
      #expect(await iterator.next() == .resumed)
      _ = try await client.query(
        .once("SELECT pg_notify('news', number::text) FROM generate_series(1, 3000) AS number"))
      client.notify("news", "last")
      var markers = 0
      var heard = 0
      while let next = await iterator.next(), next != .message("last") {
        if next == .resumed { markers += 1 } else { heard += 1 }
        // Gives the I/O thread time to overrun the buffer before the first is read.
        if heard + markers == 1 { try await Task.sleep(for: .milliseconds(300)) }
      }
      #expect(markers > 0)
      #expect(heard < 3000)
    }
  }

  @Test func `the streams end when the client stops`() async throws {
    try await withClient { client async throws in
      let stream = client.notifications(on: "news")
      var iterator = stream.makeAsyncIterator()
      #expect(await iterator.next() == .resumed)
      await client.shutdown()
      #expect(await iterator.next() == nil)
      for await _ in client.notifications(on: "late") { Issue.record("a stopped client listens") }
    }
  }

  @Test func `nobody listening any more is told to the server`() async throws {
    try await withClient { client async throws in
      do {
        var stream = client.notifications(on: "brief").makeAsyncIterator()
        #expect(await stream.next() == .resumed)
      }
      let unlisten = Statement(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND query = 'UNLISTEN "brief"'
        """)
      while try await client.query(unlisten)[0].decode(Int.self, at: 0) == 0 {
        try await Task.sleep(for: .milliseconds(2))
      }
    }
  }
}
