import Foundation
import Gateway
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct CachingTests {
  private static let minute = "Cache-Control: max-age=60\r\n"

  @Test func `the second answer comes from the store, with its age and Date, and the upstream is asked once`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { number, _ in
      reply(
        "answer \(number)",
        Self.minute
          + "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-Secret-Tag: no\r\nAge: 5\r\n".replacing(
            "Sun, 06 Nov 1994 08:49:37 GMT", with: Date.now.httpDate))
    }
    let gateway = try await CachedGateway.start(upstream)
    let first = try gateway.get("/a")
    #expect(first.field("Cache-Status") == "daybook; fwd=uri-miss; stored" && first.field("Age") == "5")
    let second = try gateway.get("/a")
    #expect(second.isHit && second.body == "answer 0")
    #expect(Int(second.field("Age") ?? "") ?? 0 >= 5)
    #expect(second.field("Date") == first.field("Date"))
    #expect(second.components(separatedBy: "Date: ").count == 2)
    #expect(second.field("X-Request-Id") != first.field("X-Request-Id"))
    #expect(upstream.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `a route without a cache stores nothing and says nothing`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in reply("answer \(number)", Self.minute) }
    let gateway = try await CachedGateway.start(upstream)
    for number in 0..<2 {
      let answer = try gateway.get("/plain")
      #expect(answer.body == "answer \(number)" && answer.field("Cache-Status") == nil)
    }
    try await gateway.stop()
  }

  @Test func `chunks are stored as their data, and HEAD and ranges are answered from it`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes(
        "HTTP/1.1 200 OK\r\n\(Self.minute)ETag: \"e\"\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n"
      )
    }
    let gateway = try await CachedGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n")
    #expect(try client.receive(through: "0\r\n\r\n").contains("Transfer-Encoding: chunked"))
    #expect(try gateway.get("/a").body == "hello world")
    let head = try gateway.get("/a", method: "HEAD")
    #expect(head.isHit && head.field("Content-Length") == "11" && head.body == "")
    let part = try gateway.get("/a", "Range: bytes=6-\r\n")
    #expect(
      part.hasPrefix("HTTP/1.1 206") && part.body == "world" && part.field("Content-Range") == "bytes 6-10/11"
    )
    #expect(try gateway.get("/a", "Range: bytes=6-\r\nIf-Range: \"e\"\r\n").body == "world")
    #expect(try gateway.get("/a", "Range: bytes=6-\r\nIf-Range: \"other\"\r\n").body == "hello world")
    #expect(try gateway.get("/a", "Range: bytes=99-\r\n").hasPrefix("HTTP/1.1 416"))
    #expect(try gateway.get("/a", "If-None-Match: W/\"e\"\r\n").hasPrefix("HTTP/1.1 304"))
    #expect(upstream.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `an answer that is cut off is not stored`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number < 3
        ? .last(
          [
            "HTTP/1.1 200 OK\r\n\(Self.minute)Content-Length: 100\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\n\(Self.minute)Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
            "HTTP/1.1 200 OK\r\n\(Self.minute)\r\nno length",
          ][number]) : reply("whole", Self.minute)
    }
    let gateway = try await CachedGateway.start(upstream)
    for _ in 0..<3 {
      let client = try gateway.client()
      client.send("GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
      _ = try client.receiveUntilEnd()
    }
    #expect(try gateway.get("/a").body == "whole")
    #expect(try gateway.get("/a").isHit)
    #expect(upstream.seen.requests.count == 4)
    try await gateway.stop()
  }

  @Test func `a stale answer is asked about, and a 304 brings its fields up to date`() async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.contains("If-None-Match: \"v1\"\r\n")
        ? .bytes(
          "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nCache-Control: max-age=60\r\nX-New: 1\r\nContent-Length: 99\r\n\r\n"
        )
        : reply("body", "Cache-Control: max-age=0\r\nETag: \"v1\"\r\nX-Old: 1\r\n")
    }
    let gateway = try await CachedGateway.start(upstream)
    _ = try gateway.get("/a")
    let second = try gateway.get("/a", "If-None-Match: \"other\"\r\n")
    #expect(second.hasPrefix("HTTP/1.1 200") && second.body == "body")
    #expect(
      second.field("X-New") == "1" && second.field("X-Old") == "1" && second.field("Content-Length") == "4")
    #expect(second.field("Cache-Status")?.contains("fwd=stale; fwd-status=304") == true)
    #expect(try gateway.get("/a").isHit)
    #expect(upstream.seen.requests.count == 2)
    try await gateway.stop()
  }

  @Test func `a 304 about another version is not believed, and the whole is fetched`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 1
        ? .bytes("HTTP/1.1 304 Not Modified\r\nETag: \"v9\"\r\n\r\n")
        : reply("body \(number)", "Cache-Control: max-age=0\r\nETag: \"v\(number)\"\r\n")
    }
    let gateway = try await CachedGateway.start(upstream)
    _ = try gateway.get("/a")
    #expect(try gateway.get("/a").body == "body 2")
    #expect(!upstream.seen.requests[2].contains("If-None-Match"))
    try await gateway.stop()
  }

  @Test func `what the client has already is fetched whole and answered with 304`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("body", Self.minute + "ETag: \"v1\"\r\n")
    }
    let gateway = try await CachedGateway.start(upstream)
    let answer = try gateway.get("/a", "If-None-Match: \"v1\"\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 304") && answer.components(separatedBy: "Date: ").count == 2)
    #expect(!upstream.seen.requests[0].contains("If-None-Match"))
    #expect(try gateway.get("/a").body == "body")
    #expect(upstream.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `stale stands in for an error where that is allowed, and nowhere else`() async throws {
    let upstream = try await ScriptedUpstream.start { number, request in
      if number < 2 {
        return reply(
          "good",
          request.contains("/soft")
            ? "Cache-Control: max-age=0, stale-if-error=60\r\n"
            : "Cache-Control: max-age=0, must-revalidate\r\nETag: \"a\"\r\n")
      }
      return number % 2 == 0 ? .last("") : .bytes("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\noops")
    }
    let gateway = try await CachedGateway.start(upstream)
    _ = try gateway.get("/soft")
    _ = try gateway.get("/hard")
    for _ in 0..<4 {
      let soft = try gateway.get("/soft")
      #expect(soft.hasPrefix("HTTP/1.1 200") && soft.body == "good")
      #expect(soft.field("Cache-Status")?.contains("detail=stale-if-error") == true)
    }
    #expect(try gateway.get("/hard").hasPrefix("HTTP/1.1 50"))
    try await gateway.stop()
  }

  @Test func `an old error does not stand in for a new one`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      .bytes(
        number == 0
          ? "HTTP/1.1 500 No\r\nCache-Control: max-age=1, stale-if-error=60\r\nContent-Length: 3\r\n\r\nold"
          : "HTTP/1.1 503 No\r\nContent-Length: 3\r\n\r\nnew")
    }
    let gateway = try await CachedGateway.start(upstream, cache: "{stale_if_error_seconds: 60}")
    #expect(try gateway.get("/a").body == "old")
    try await eventually { try !gateway.get("/a").isHit }
    let answer = try gateway.get("/a")
    #expect(answer.hasPrefix("HTTP/1.1 503") && answer.body == "new")
    try await gateway.stop()
  }

  @Test func `Cache-Status says why the upstream was asked`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("x", Self.minute) }
    let gateway = try await CachedGateway.start(upstream)
    func reason(_ fields: String = "", method: String = "GET") throws -> String? {
      try gateway.get("/a", fields, method: method).field("Cache-Status")
    }
    #expect(try reason() == "daybook; fwd=uri-miss; stored")
    for wish in ["no-cache", "max-age=0", "min-fresh=5000"] {
      #expect(try reason("Cache-Control: \(wish)\r\n") == "daybook; fwd=request; stored")
    }
    #expect(try reason("Cache-Control: no-cache\r\n", method: "HEAD") == "daybook; fwd=request")
    #expect(try reason("Authorization: x\r\n")?.hasPrefix("daybook; fwd=bypass") == true)
    #expect(try reason()?.hasPrefix("daybook; hit") == true)
    try await gateway.stop()
  }

  @Test(arguments: [
    ("ETag: \"b\"\r\n", 4, false), ("ETag: \"a\"\r\n", 6, false), ("ETag: \"a\"\r\n", 4, true),
  ])
  func `what is stored goes when HEAD shows that there is something else`(
    fields: String, length: Int, remains: Bool
  ) async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("HEAD")
        ? .bytes("HTTP/1.1 200 OK\r\n\(Self.minute)\(fields)Content-Length: \(length)\r\n\r\n")
        : reply("body", Self.minute + "ETag: \"a\"\r\n")
    }
    let gateway = try await CachedGateway.start(upstream)
    _ = try gateway.get("/a")
    _ = try gateway.get("/a", "Cache-Control: no-cache\r\n", method: "HEAD")
    #expect(try gateway.get("/a").isHit == remains)
    try await gateway.stop()
  }

  @Test(
    arguments: ["private", "no-store", "max-age=60"], ["", "Authorization: Bearer x\r\n", "Cookie: a=b\r\n"])
  func `a client that has an answer which is not for sharing is spared its body`(
    directive: String, credentials: String
  ) async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.contains("If-None-Match: \"a\"\r\n")
        ? .bytes("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: \(directive)\r\n\r\n")
        : reply("body", "Cache-Control: \(directive)\r\nETag: \"a\"\r\n")
    }
    let gateway = try await CachedGateway.start(upstream)
    #expect(try gateway.get("/a", credentials).body == "body")
    for _ in 0..<3 {
      let answer = try gateway.get("/a", credentials + "If-None-Match: \"a\"\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 304") && answer.body == "" && answer.field("ETag") == "\"a\"")
      #expect(answer.components(separatedBy: "Date: ").count == 2)
      #expect(try gateway.get("/a", credentials + "If-None-Match: \"b\"\r\n").body == "body")
    }
    #expect(try gateway.get("/a", credentials).body == "body")
    if credentials.hasPrefix("Authorization") {
      #expect(upstream.seen.requests.contains { $0.contains("If-None-Match: \"a\"\r\n") })
    }
    try await gateway.stop()
  }

  @Test func `while stale is served one request fetches the new one`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? reply("old", "Cache-Control: max-age=0, stale-while-revalidate=60\r\n") : .pieces(pieces)
    }
    let gateway = try await CachedGateway.start(upstream)
    _ = try gateway.get("/a")
    for _ in 0..<20 { #expect(try gateway.get("/a").body == "old") }
    try await upstream.wait { $0.requests.count == 2 }
    sender.yield("HTTP/1.1 200 OK\r\n\(Self.minute)Content-Length: 3\r\n\r\nnew")
    try await eventually { try gateway.get("/a").body == "new" }
    #expect(upstream.seen.requests.count == 2)
    try await gateway.stop()
  }

  @Test func `only-if-cached never reaches the upstream`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("x", Self.minute) }
    let gateway = try await CachedGateway.start(upstream)
    #expect(try gateway.get("/a", "Cache-Control: only-if-cached\r\n").hasPrefix("HTTP/1.1 504"))
    _ = try gateway.get("/a")
    #expect(try gateway.get("/a", "Cache-Control: only-if-cached\r\n").isHit)
    #expect(upstream.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `a change that succeeds throws out its target, and what it names on the same host`() async throws
  {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("POST")
        ? reply("", "Location: http://a.test/made\r\nContent-Location: http://b.test/other\r\n")
        : request.hasPrefix("PUT")
          ? .bytes("HTTP/1.1 409 No\r\nContent-Length: 0\r\n\r\n") : reply("x", Self.minute)
    }
    let gateway = try await CachedGateway.start(upstream)
    for target in ["/a", "/made", "/other"] { _ = try gateway.get(target) }
    _ = try gateway.get("/other", host: "b.test")
    _ = try gateway.get("/a", method: "PUT")
    #expect(try gateway.get("/a").isHit)
    _ = try gateway.get("/a", method: "POST")
    #expect(try !gateway.get("/a").isHit && !gateway.get("/made").isHit)
    #expect(try gateway.get("/other").isHit && gateway.get("/other", host: "b.test").isHit)
    try await gateway.stop()
  }

  @Test func `an answer that is too long passes and is not stored`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      reply(String(repeating: "x", count: 5_000), Self.minute)
    }
    let gateway = try await CachedGateway.start(
      upstream, settings: "cache: {bytes: 65536, entry_bytes: 4096}")
    for _ in 0..<2 { #expect(try gateway.get("/a").body.count == 5_000) }
    #expect(upstream.seen.requests.count == 2)
    try await gateway.stop()
  }

  /// Waits until it is so, or gives up.
  private func eventually(_ condition: () throws -> Bool) async throws {
    for _ in 0..<500 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }
}

extension Date {
  var httpDate: String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return formatter.string(from: self)
  }
}
