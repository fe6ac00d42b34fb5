import Foundation
import Testing

extension EndToEnd {
  /// Requests that two servers could understand differently.
  @Suite struct AttackTests {
    @Test(arguments: Attack.all)
    func `an ambiguous request is refused, the connection closed, and origin hears nothing`(_ attack: Attack)
      async throws
    {
      let daybook = try await Daybook.shared()
      let before = try await daybook.originRequests()
      let port = daybook.port
      let received = try await offPool {
        let connection = try HTTPConnection(port: port, timeout: 5)
        // Refused before all is written, the rest finds the connection closed.
        try? connection.write(attack.bytes)
        // Throws when the connection stays open.
        return try connection.readToEnd()
      }
      let text = String(decoding: received, as: UTF8.self)
      let status = Int(text.dropFirst(9).prefix(3)) ?? 0
      #expect((400..<500).contains(status) || status == 501 || status == 505, "\(text.prefix(200))")
      // One answer only: nothing behind it was taken for a request.
      #expect(text.ranges(of: "HTTP/1.1 ").count == 1, "\(text)")
      if !attack.isInBody { #expect(try await daybook.originRequests() == before) }
      let smuggled = try await daybook.ask("GET", "/metrics", port: daybook.internalPort).text
      #expect(!smuggled.contains("/v2/bookings/:uid/cancel"), "the smuggled request got through")
    }

    @Test func `after all that both still serve`() async throws {
      let daybook = try await Daybook.shared()
      let ana = try await daybook.signUp()
      #expect(try await daybook.ask("GET", "/v2/me", as: ana).status == 200)
      #expect(try daybook.gateway.isRunning && daybook.origin.isRunning)
    }
  }
}

/// Bytes of one connection, with a request hidden in or behind them that must not happen.
struct Attack: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  /// Origin may have seen the head already when the body turns out to be wrong.
  let isInBody: Bool

  var testDescription: String { name }

  private static let hidden =
    "POST /v2/bookings/smuggled/cancel HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\n{}"

  private init(_ name: String, _ text: String, isInBody: Bool = false) {
    self.name = name
    bytes = Array(text.utf8)
    self.isInBody = isInBody
  }

  /// A request with these fields, and the hidden one where its body would be.
  private static func fields(_ name: String, _ lines: String, body: String = "") -> Attack {
    Attack(name, "POST /v2/auth/login HTTP/1.1\r\nHost: a.test\r\n\(lines)\r\n\r\n\(body)\(hidden)")
  }

  private static func line(_ name: String, _ line: String, _ fields: String = "Host: a.test\r\n") -> Attack {
    Attack(name, "\(line)\r\n\(fields)\r\n\(hidden)")
  }

  private static func chunks(_ name: String, _ body: String) -> Attack {
    Attack(
      name,
      "POST /v2/auth/login HTTP/1.1\r\nHost: a.test\r\nContent-Type: application/json\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n\(body)\(hidden)", isInBody: true)
  }

  static let all: [Attack] = lengths + encodings + framing + hosts + targets + bodies

  private static let lengths = [
    fields("CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked", body: "0\r\n\r\nG"),
    fields("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", body: "5c\r\n"),
    fields("CL twice, different", "Content-Length: 0\r\nContent-Length: 9"),
    fields("CL list", "Content-Length: 0, 9"),
    fields("CL plus", "Content-Length: +0"),
    fields("CL minus", "Content-Length: -1"),
    fields("CL hex", "Content-Length: 0x10"),
    fields("CL empty", "Content-Length:"),
    fields("CL space inside", "Content-Length: 1 0"),
    fields("CL overflow", "Content-Length: 18446744073709551616"),
    fields("CL decimal", "Content-Length: 1.0"),
  ]

  private static let encodings = [
    fields("TE.TE", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", body: "0\r\n\r\n"),
    fields("TE twice in a list", "Transfer-Encoding: chunked, chunked", body: "0\r\n\r\n"),
    fields("TE unknown", "Transfer-Encoding: xchunked", body: "0\r\n\r\n"),
    fields("TE gzip last", "Transfer-Encoding: chunked, gzip", body: "0\r\n\r\n"),
    fields("TE gzip", "Transfer-Encoding: gzip", body: "0\r\n\r\n"),
    fields("TE identity", "Transfer-Encoding: identity", body: "0\r\n\r\n"),
    fields("TE quoted", "Transfer-Encoding: \"chunked\"", body: "0\r\n\r\n"),
    fields("TE vertical tab", "Transfer-Encoding: \u{0B}chunked", body: "0\r\n\r\n"),
    fields("TE parameter", "Transfer-Encoding: chunked;q=1", body: "0\r\n\r\n"),
    fields("TE empty", "Transfer-Encoding:", body: "0\r\n\r\n"),
    Attack(
      "TE in HTTP/1.0",
      "POST /v2/auth/login HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(hidden)"),
  ]

  private static let framing = [
    fields("space before the colon", "Content-Length : 4"),
    fields("tab before the colon", "Transfer-Encoding\t: chunked"),
    fields("folded field", "X: a\r\n Content-Length: 9"),
    fields("folded with a tab", "X: a\r\n\tTransfer-Encoding: chunked"),
    fields("bare LF in a field", "X: a\nContent-Length: 9"),
    fields("bare CR in a field", "X: a\rContent-Length: 9"),
    fields("NUL in a field", "X: a\0b"),
    fields("NUL in a name", "X\0: a"),
    fields("space in a name", "Content Length: 9"),
    fields("no colon", "Content-Length 9"),
    fields("no name", ": chunked"),
    fields("control byte", "X: \u{1}"),
    Attack("bare LF ends the head", "GET /v2/me HTTP/1.1\r\nHost: a.test\r\n\n\(hidden)"),
    Attack("bare LF everywhere", "GET /v2/me HTTP/1.1\nHost: a.test\n\n\(hidden)"),
    Attack("a field before the first", "GET /v2/me HTTP/1.1\r\n Host: a.test\r\n\r\n\(hidden)"),
    fields("too many fields", (0..<200).map { "X-\($0): a" }.joined(separator: "\r\n")),
    fields("too large", "X: " + String(repeating: "a", count: 70_000)),
  ]

  private static let hosts = [
    line("no host", "GET /v2/me HTTP/1.1", "X: a\r\n"),
    line("host twice", "GET /v2/me HTTP/1.1", "Host: a.test\r\nHost: a.test\r\n"),
    line("two hosts", "GET /v2/me HTTP/1.1", "Host: a.test\r\nHost: b.test\r\n"),
    line("host list", "GET /v2/me HTTP/1.1", "Host: a.test, b.test\r\n"),
    line("host with a path", "GET /v2/me HTTP/1.1", "Host: a.test/v2\r\n"),
    line("host with a user", "GET /v2/me HTTP/1.1", "Host: me@a.test\r\n"),
    line("host empty", "GET /v2/me HTTP/1.1", "Host:\r\n"),
    line("absolute form of another host", "GET http://b.test/v2/me HTTP/1.1"),
    line("absolute form of another port", "GET http://a.test:81/v2/me HTTP/1.1"),
  ]

  private static let targets = [
    line("HTTP/0.9", "GET /v2/me"),
    line("HTTP/2 preface", "PRI * HTTP/2.0", ""),
    line("HTTP/2.1", "GET /v2/me HTTP/2.1"),
    line("lower-case version", "GET /v2/me http/1.1"),
    line("two spaces", "GET  /v2/me HTTP/1.1"),
    line("tab", "GET\t/v2/me HTTP/1.1"),
    line("space in the target", "GET /v2/me /v2/you HTTP/1.1"),
    line("NUL in the target", "GET /v2/me\0 HTTP/1.1"),
    line("backslash", "GET /v2\\me HTTP/1.1"),
    line("authority form", "GET a.test:80 HTTP/1.1"),
    line("CONNECT", "CONNECT a.test:80 HTTP/1.1"),
    line("TRACE", "TRACE /v2/me HTTP/1.1"),
    line("asterisk", "GET * HTTP/1.1"),
    line("method with a colon", "GE:T /v2/me HTTP/1.1"),
    line("too long", "GET /v2/" + String(repeating: "a", count: 9_000) + " HTTP/1.1"),
    Attack("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{3}\u{3}\r\n\r\n\(hidden)"),
  ]

  private static let bodies = [
    chunks("chunk size with a sign", "+2\r\n{}\r\n0\r\n\r\n"),
    chunks("chunk size in hex notation", "0x2\r\n{}\r\n0\r\n\r\n"),
    chunks("chunk size too big", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
    chunks("chunk size empty", "\r\n{}\r\n0\r\n\r\n"),
    chunks("chunk size behind a space", " 2\r\n{}\r\n0\r\n\r\n"),
    chunks("chunk ends with LF", "2\n{}\r\n0\r\n\r\n"),
    chunks("chunk data ends with LF", "2\r\n{}\n0\r\n\r\n"),
    chunks("chunk longer than said", "2\r\n{}x\r\n0\r\n\r\n"),
    chunks("chunk extension with a bare LF", "2;a\nb\r\n{}\r\n0\r\n\r\n"),
    chunks(
      "chunk extension without end", "2;" + String(repeating: "a", count: 70_000) + "\r\n{}\r\n0\r\n\r\n"),
    chunks("trailer with a length", "2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"),
    chunks("trailer with a fold", "2\r\n{}\r\n0\r\nX: a\r\n b\r\n\r\n"),
    chunks("trailer with a bare LF", "2\r\n{}\r\n0\r\nX: a\n\r\n\r\n"),
  ]
}
