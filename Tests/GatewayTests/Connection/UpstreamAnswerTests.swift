import Foundation
import Testing

/// What a broken or hostile upstream sends: passed on only where it reads in one way, else 502, or an end that the
/// client can tell from a whole answer.
@Suite(.serialized, .timeLimit(.minutes(2))) struct UpstreamAnswerTests {
  @Test(arguments: [
    "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5\r\nContent-Length: 5",
    "Content-Length: 5, 5",
    "Content-Length: -5", "Content-Length: +5", "Content-Length: 5x", "Content-Length: 0x5",
    "Content-Length:",
    "Content-Length: 99999999999999999999", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked", "Transfer-Encoding:",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "Transfer-Encoding : chunked",
    "Content-Length : 5", "X: a\r\n b", "X: a\r\n\tb", " X: a", "X: a\nY: b", "X: a\rY: b", "X: a\u{0}b",
    "X: a\u{1}b", "X: a\u{7F}b", "X Y: z", "X", ": x", "X\u{E9}: y",
    "Connection: Content-Type\r\nContent-Type: a",
  ])
  func `an answer with fields that read in two ways is 502`(_ fields: String) async throws {
    let answer = try await answer("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\nhello")
    #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
  }

  @Test(arguments: [
    "", "hello", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 2", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK",
    "HTTP/1.1 099 X",
    "HTTP/1.1 600 X", "HTTP/1.1 abc X", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK", "HTTP/2.0 200 OK",
    "HTTP/0.9 200 OK", "http/1.1 200 OK", " HTTP/1.1 200 OK", "\r\nHTTP/1.1 200 OK", "HTTP/1.1 200 O\u{0}K",
    "HTTP/1.1 200 O\rK", "HTTP/1.1 200 OK\r", "HTTP/1.1 -20 OK", "GET / HTTP/1.1",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked",
    "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
  ])
  func `a status line or framing that cannot be is 502`(_ head: String) async throws {
    let answer = try await answer("\(head)\r\nContent-Type: a/b\r\n\r\nhello")
    #expect(answer.hasPrefix("HTTP/1.1 502 "), "\(answer)")
  }

  @Test(arguments: [
    "zz\r\n", "5\r\nhelloX", "5\r\nhel", "5\nhello\n", "-5\r\nhello\r\n", "0x5\r\nhello\r\n",
    "5 \r\nhello\r\n",
    "ffffffffffffffffff\r\n", "5\r\nhello\r\n", "5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n",
    "5\r\nhello\r\n0\r\nX: a\u{0}b\r\n\r\n", "5;a=\u{1}\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n",
  ])
  func `broken chunks never make a whole answer`(_ body: String) async throws {
    let answer = try await answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
    #expect(!answer.contains("0\r\n\r\n") && !answer.contains("Content-Length: 9"), "\(answer)")
  }

  @Test func `a status line that lacks the space behind its code gets it`() async throws {
    let answer = try await answer("HTTP/1.1 103\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok")
    #expect(answer.hasPrefix("HTTP/1.1 103 \r\n\r\nHTTP/1.1 200 \r\n"), "\(answer)")
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 200\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok")
    }
    let gateway = try await CachedGateway.start(upstream)
    for _ in 0..<2 { #expect(try gateway.get("/a").hasPrefix("HTTP/1.1 200 \r\n")) }
    try await gateway.stop()
  }

  @Test func `a body that ends before its length never makes a whole answer`() async throws {
    let answer = try await answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")
    #expect(answer.contains("Content-Length: 9\r\n") && answer.hasSuffix("hello"))
  }

  @Test func `to a 1.0 client a broken answer ends with a reset`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
    #expect(try client.endsWithReset())
    try await gateway.stop()
  }

  @Test func `lengths, chunks and closed ends are passed on whole`() async throws {
    for (text, end) in [
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello"),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhellomore", "hello"),
      ("HTTP/1.1 200 OK\r\ncontent-length: 005\r\n\r\nhello", "hello"),
      ("HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", "hello"),
      ("HTTP/1.2 200 OK\r\nContent-Length:\t5\t\r\n\r\nhello", "hello"),
      ("HTTP/1.0 200 OK\r\n\r\nhello", "5\r\nhello\r\n0\r\n\r\n"),
      ("HTTP/1.1 200 OK\r\n\r\nhello", "5\r\nhello\r\n0\r\n\r\n"),
      (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "0\r\nX: y\r\n\r\n"
      ),
    ] {
      let answer = try await answer(text)
      #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix(end), "\(answer)")
      #expect(!answer.contains("005") && !answer.contains("\t"), "a padded length is written anew")
    }
  }

  @Test(arguments: ["204 No Content", "304 Not Modified"])
  func `an answer that can have no body has none, and promises none`(_ status: String) async throws {
    let answer = try await answer("HTTP/1.1 \(status)\r\nContent-Length: 5\r\n\r\nhello")
    #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n") && answer.hasSuffix("\r\n\r\n"))
    // Of a 304 it is said of the answer that was not sent again (RFC 9110, 15.4.5).
    #expect(answer.contains("Content-Length") == status.hasPrefix("304"))
  }

  @Test func `a body behind an answer to HEAD goes nowhere`() async throws {
    let answer = try await answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", method: "HEAD")
    #expect(answer.contains("Content-Length: 5\r\n") && answer.hasSuffix("\r\n\r\n"))
  }

  @Test func `what an upstream sends unasked is nobody's answer`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0
        ? .bytes(
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        : reply("mine")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET /0 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("mine"))
    try await gateway.stop()
  }

  @Test func `interim answers are few, and passed on without what is of the connection`()
    async throws
  {
    let early = "HTTP/1.0 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"
    let whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    let few = try await answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n\(early)\(whole)")
    #expect(
      few.hasPrefix(
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n"))
    let flood = try await answer(String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 1_000) + whole)
    #expect(flood.contains("\r\n\r\nHTTP/1.1 502 "))
    #expect(flood.split(separator: "HTTP/1.1 102 ").count == 32)
  }

  @Test func `an answer whose head does not end is 502`() async throws {
    let long = String(repeating: "y", count: 4_000)
    let fields = (0..<20).map { "X-\($0): \(long)\r\n" }.joined()
    #expect(try await answer("HTTP/1.1 200 OK\r\n\(fields)\r\n").hasPrefix("HTTP/1.1 502 "))
    let many = (0..<500).map { "X-\($0): y\r\n" }.joined()
    #expect(try await answer("HTTP/1.1 200 OK\r\n\(many)\r\n").hasPrefix("HTTP/1.1 502 "))
    let reason = String(repeating: "y", count: 20_000)
    #expect(try await answer("HTTP/1.1 200 \(reason)\r\n\r\n").hasPrefix("HTTP/1.1 502 "))
  }

  /// What a client gets when the upstream says `text` and closes.
  private func answer(_ text: String, method: String = "GET") async throws -> String {
    let upstream = try await ScriptedUpstream.start { _, _ in .last(text) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("\(method) / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    let answer = try client.receiveUntilEnd()
    try await gateway.stop()
    try await upstream.stop()
    return answer
  }
}
