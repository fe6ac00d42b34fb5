import Testing

@testable import Redis

@Suite struct HiredisReaderTests {
  static let replies: [(String, RESPValue)] = [
    ("+OK\r\n", .status("OK")),
    ("-ERR no such key\r\n", .error("ERR no such key")),
    (":-9223372036854775808\r\n", .integer(.min)),
    ("$-1\r\n", .null),
    ("*-1\r\n", .null),
    ("$0\r\n\r\n", .bulk([])),
    ("$5\r\na\r\nb\u{0}\r\n", .bulk(Array("a\r\nb\u{0}".utf8))),
    ("*0\r\n", .array([])),
    (
      "*4\r\n$1\r\na\r\n:7\r\n$-1\r\n*2\r\n+x\r\n-E y\r\n",
      .array([
        .bulk([97]), .integer(7), .null, .array([.status("x"), .error("E y")]),
      ])
    ),
  ]

  @Test(arguments: replies)
  func `every kind of reply is read, cut at every byte`(_ text: String, _ value: RESPValue) throws {
    let bytes = Array(text.utf8)
    for cut in 0...bytes.count {
      let reader = HiredisReader(maximumReplyBytes: 1000)
      var read = try reader.values(of: Array(bytes[..<cut]))
      #expect(read.isEmpty == (cut < bytes.count))
      read += try reader.values(of: Array(bytes[cut...]))
      #expect(read == [value], "cut at \(cut)")
    }
  }

  @Test func `all of them in a row, byte by byte and at once`() throws {
    let bytes = Self.replies.flatMap { Array($0.0.utf8) }
    let expected = Self.replies.map(\.1)
    #expect(try HiredisReader(maximumReplyBytes: 1000).values(of: bytes) == expected)
    let reader = HiredisReader(maximumReplyBytes: 1000)
    #expect(try bytes.flatMap { try reader.values(of: [$0]) } == expected)
  }

  @Test func `the bound is on one reply, not on the connection`() throws {
    let reader = HiredisReader(maximumReplyBytes: 100)
    for _ in 0..<1000 { #expect(try reader.values(of: Array("$3\r\nabc\r\n".utf8)).count == 1) }
  }

  @Test(arguments: [
    "x\r\n", "HTTP/1.1 400 Bad Request\r\n", "$5\r\nabc", "*2000000\r\n", "*2147483647\r\n",
    "*9223372036854775807\r\n", "$9223372036854775807\r\n", "%1\r\n", "_\r\n", ",1.5\r\n", "\0",
    String(repeating: "*1\r\n", count: 20) + ":1\r\n",
  ])
  func `what is no RESP2, too deep, too many or too long is refused`(_ text: String) {
    let filler = [UInt8](repeating: UInt8(ascii: "x"), count: 200)
    #expect(throws: RedisError.self) {
      let reader = HiredisReader(maximumReplyBytes: 150)
      _ = try reader.values(of: Array(text.utf8))
      for byte in filler { _ = try reader.values(of: [byte]) }
    }
  }

  /// A reply that never ends must not collect bytes for ever, whichever way it grows.
  @Test(arguments: ["+", "$100000\r\n", "*100000\r\n"])
  func `a reply that does not end is given up at the bound`(_ start: String) throws {
    let reader = HiredisReader(maximumReplyBytes: 10_000)
    _ = try reader.values(of: Array(start.utf8))
    var fed = 0
    #expect(throws: RedisError.self) {
      while fed < 20_000 {
        _ = try reader.values(of: Array(start == "*100000\r\n" ? "$1\r\nx\r\n".utf8 : "xxxxxxx".utf8))
        fed += 7
      }
    }
    #expect(fed < 10_010)
  }

  /// Bounded fuzzing: no crash, no endless growth, an error or values.
  @Test func `mutated replies do no harm`() {
    let good = Self.replies.flatMap { Array($0.0.utf8) }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var bytes = good
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let index = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(Array("*$:+-0123456789\r\n".utf8).randomElement(using: &random)!, at: index)
        }
      }
      let reader = HiredisReader(maximumReplyBytes: 1000)
      let cut = Int.random(in: 0...bytes.count, using: &random)
      do {
        let count =
          try reader.values(of: Array(bytes[..<cut])).count + reader.values(of: Array(bytes[cut...])).count
        #expect(count <= bytes.count / 3)
      } catch {
        #expect(error is RedisError)
      }
    }
  }
}

extension HiredisReader {
  /// Feeds bytes and reads all that is whole then.
  func values(of bytes: [UInt8]) throws -> [RESPValue] {
    try unsafe bytes.withUnsafeBytes { try unsafe feed($0) }
    var values: [RESPValue] = []
    while let value = try next() { values.append(value) }
    return values
  }
}
