import NIOCore
import Testing

@testable import Origin

/// What no router sees: bytes in, bytes out, and what becomes of the connection.
@Suite(.timeLimit(.minutes(10))) struct HTTPListenerTests {
  private static let rest = " HTTP/1.1\r\nHost: a\r\n"

  @Test func `requests on one connection are answered one after the other`() async throws {
    try await ListenerScene.run { scene async throws in
      let answers = try await scene.exchange(
        "GET /slow\(Self.rest)\r\nPOST /b\(Self.rest)Content-Length: 3\r\n\r\nabcGET /c\(Self.rest)Connection: close\r\n\r\n"
      )
      let places = ["slow", "<POST /b", "abc 3>", "<GET /c"].map { answers.ranges(of: $0).first?.lowerBound }
      #expect(places.allSatisfy { $0 != nil }, "\(answers)")
      #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
      #expect(answers.ranges(of: "HTTP/1.1 200 OK").count == 3)
      #expect(answers.contains("Connection: close"))
    }
  }

  @Test func `a request may come in pieces`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange(
        "PO", "ST /a HTTP/1.1\r", "\nHost: a\r\nX-One: 1\r\nConnection: close\r\ncontent-length: 6\r\n",
        "\r\nabc", "def")
      #expect(answer.contains("abcdef 6>"), "\(answer)")
      #expect(answer.contains("X-One=1"))
    }
  }

  @Test func `a chunked body comes whole and without its framing`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange(
        "POST /a\(Self.rest)Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;",
        "x=y\r\ndefg\r\n0\r\n\r\nGET /b\(Self.rest)",
        "Connection: close\r\n\r\n")
      #expect(answer.contains("abcdefg 7>"), "\(answer)")
      #expect(answer.contains("<GET /b"))
    }
  }

  @Test func `who waits for leave to send a body gets it`() async throws {
    try await ListenerScene.run { scene async throws in
      try await scene.connect { client async throws in
        try await client.send("POST /a\(Self.rest)Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send("ab")
        #expect(try await client.read(until: ">").contains("ab 2>"))
      }
    }
  }

  @Test(arguments: ["Content-Length: 1000001", "Content-Length: 99999999999"])
  func `a body over the limit is not waited for`(_ length: String) async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange("POST /a\(Self.rest)\(length)\r\n\r\nabc")
      #expect(answer.hasPrefix("HTTP/1.1 413"), "\(answer)")
      #expect(answer.contains("Connection: close"))
    }
  }

  @Test func `the answer reaches who still sends a body that is too large`() async throws {
    try await ListenerScene.run { scene async throws in
      let chunk = "20000\r\n\(String(repeating: "x", count: 0x20000))\r\n"
      let answer = try await scene.exchange(
        "POST /a\(Self.rest)Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 40))
      #expect(answer.hasPrefix("HTTP/1.1 413"), "\(answer.prefix(100))")
      #expect(answer.ranges(of: "HTTP/1.1").count == 1)
    }
  }

  @Test func `a body of just the limit is taken`() async throws {
    try await ListenerScene.run { scene async throws in
      let body = String(repeating: "x", count: 1_000_000)
      let answer = try await scene.exchange(
        "POST /a\(Self.rest)Content-Length: 1000000\r\n\r\n\(body)", until: ">")
      #expect(answer.contains(" 1000000>"), "\(answer.prefix(300))")
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1\r\n\r\n", "400", "missing_host"),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505", "unsupported_version"),
    ("GET /\r\nHost: a\r\n\r\n", "400", "malformed_request_line"),
    (
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400",
      "content_length_with"
    ),
    ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400", "invalid_chunk_size"),
    ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", "414", "target_too_long"),
  ])
  func `what is no request is refused with a reason, and nothing after it is read`(
    _ bytes: String, _ status: String, _ reason: String
  ) async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange(bytes + "GET /next\(Self.rest)\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
      #expect(answer.contains(reason) && answer.contains("application/json"), "\(answer)")
      #expect(!answer.contains("/next"))
    }
  }

  @Test func `HEAD has the head and no body, 204 has no length`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange(
        "HEAD /slow\(Self.rest)\r\nGET /empty\(Self.rest)\r\nGET /last\(Self.rest)Connection: close\r\n\r\n")
      let parts = answer.split(separator: "\r\n\r\n", omittingEmptySubsequences: false)
      #expect(parts.count == 4, "\(answer)")
      #expect(parts[0].contains("Content-Length: 4"))
      #expect(parts[1].hasPrefix("HTTP/1.1 204 No Content\r\n") && !parts[1].contains("ength"))
    }
  }

  @Test func `an answer has a date`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange("GET /\(Self.rest)\r\n", until: ">")
      let date =
        #/\r\nDate: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z][a-z] 20\d\d \d\d:\d\d:\d\d GMT\r\n/#
      #expect(answer.contains(date), "\(answer)")
    }
  }

  @Test func `a client of HTTP/1.0 is answered and done`() async throws {
    try await ListenerScene.run { scene async throws in
      #expect(try await scene.exchange("GET /a HTTP/1.0\r\n\r\n").contains("<GET /a"))
      #expect(try await scene.exchange("GET /stream HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\nonetwo"))
    }
  }

  @Test func `a target with a host is one of ours`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange("GET http://a/x?y=1\(Self.rest)\r\n", until: ">")
      #expect(answer.contains("<GET /x?y=1 "), "\(answer)")
    }
  }

  @Test func `fields come as they are`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange(
        "GET /\(Self.rest)COOKIE: a=1\r\nX: 1\r\nx: 2\r\nContent_Length: 9\r\nAuthorization: \t b é \r\n\r\n",
        until: ">")
      #expect(answer.contains("[Host=a,Cookie=a=1,X=1,x=2,Content_Length=9,Authorization=b é]"), "\(answer)")
    }
  }

  @Test func `a body without a length goes out in chunks`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange(
        "GET /stream\(Self.rest)\r\nGET /b\(Self.rest)Connection: close\r\n\r\n")
      #expect(answer.contains("Transfer-Encoding: chunked"))
      #expect(answer.contains("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200 OK"), "\(answer)")
    }
  }

  @Test func `a body that fails in the middle is not taken for a whole one`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange("GET /cut\(Self.rest)\r\n")
      #expect(answer.hasSuffix("3\r\none\r\n"), "\(answer)")
    }
  }

  @Test func `what the routes did not catch is a 500`() async throws {
    try await ListenerScene.run { scene async throws in
      let answer = try await scene.exchange("GET /error\(Self.rest)\r\n", until: "\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 500"), "\(answer)")
    }
  }

  @Test func `who has sent all still gets his answer`() async throws {
    try await ListenerScene.run { scene async throws in
      try await scene.connect { client async throws in
        try await client.send("GET /slow\(Self.rest)\r\n")
        client.finish()
        #expect(try await client.read().hasSuffix("slow"))
      }
    }
  }

  @Test func `a stream whose client has gone ends`() async throws {
    // The shutdown at the end waits for it otherwise.
    try await ListenerScene.run { scene async throws in
      try await scene.connect { client async throws in
        try await client.send("GET /endless\(Self.rest)\r\n")
        #expect(try await client.read(until: "tick").contains("tick"))
      }
    }
  }

  @Test func `a request that does not come whole in time is refused`() async throws {
    try await ListenerScene.run(arrival: .milliseconds(200)) { scene async throws in
      for beginning in ["GET /a", "POST /a\(Self.rest)Content-Length: 5\r\n\r\nabc"] {
        #expect(try await scene.exchange(beginning).hasPrefix("HTTP/1.1 408"))
      }
      try await scene.connect { client async throws in
        // Between requests one may rest.
        for _ in 0..<2 {
          try await client.send("GET /a\(Self.rest)\r\n")
          #expect(try await client.read(until: ">").contains("<GET /a"))
          try await Task.sleep(for: .milliseconds(300))
        }
      }
    }
  }

  @Test func `told to stop, it answers what it has and closes what rests`() async throws {
    try await ListenerScene.run { scene async throws in
      try await scene.connect { resting async throws in
        try await resting.send("GET /a\(Self.rest)\r\n")
        _ = try await resting.read(until: ">")
        try await scene.connect { busy async throws in
          try await busy.send("GET /slow\(Self.rest)\r\n")
          try await Task.sleep(for: .milliseconds(100))
          async let stopped: Void = scene.shutDown()
          #expect(try await resting.read() == "")
          #expect(try await busy.read().hasSuffix("slow"))
          await stopped
        }
      }
    }
  }
}
