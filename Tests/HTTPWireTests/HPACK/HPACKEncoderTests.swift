import Testing

@testable import HTTPWire

@Suite struct HPACKEncoderTests {
  /// Encodes with one value and decodes with another, as two sides of a connection do.
  private final class Pair {
    var encoder = HPACKEncoder()
    let side = DecodingSide()

    func pass(_ head: String) throws -> (fields: [String], bytes: [UInt8]) {
      let source = Array(head.utf8)
      let room = UnsafeMutableRawBufferPointer.allocate(
        byteCount: HPACKEncoder.bound(source.count), alignment: 1)
      defer { unsafe room.deallocate() }
      var writer = unsafe ByteWriter(room)
      encoder.encode(head: source.span, into: &writer)
      let block = unsafe Array(room[..<writer.count])
      return (try side.decode(block), block)
    }
  }

  private static let head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Frame-Options: DENY\r\nConnection: close\r\n"

  @Test func `a head arrives with names in lower case and without the connection's fields`() throws {
    let pair = Pair()
    #expect(
      try pair.pass(Self.head + "\r\n").fields == [
        ":status: 200", "content-type: text/html", "x-frame-options: DENY",
      ])
    #expect(
      try pair.pass("HTTP/1.1 103 Early\r\nLink:  </a> \r\n\r\n").fields == [":status: 103", "link: </a>"])
  }

  @Test func `a line that comes again becomes one byte, one that changes never enters the table`() throws {
    let pair = Pair()
    var last: [UInt8] = []
    for number in 0..<40 {
      let passed = try pair.pass(Self.head + "X-Request-Id: \(number + 100)\r\n")
      #expect(passed.fields.last == "x-request-id: \(number + 100)")
      last = passed.bytes
    }
    // Status, two lines, and the id in full.
    #expect(last.count == 3 + 1 + 1 + 12 + 1 + 3)
    #expect(pair.side.tableBytes == 12 + 9 + 32 + 15 + 4 + 32)
  }

  @Test func `cookies are never to be remembered`() throws {
    let pair = Pair()
    for _ in 0..<3 {
      let passed = try pair.pass("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n")
      #expect(passed.fields == [":status: 200", "set-cookie: a=b"])
      #expect(passed.bytes[1] == 0x1F && passed.bytes[2] == 55 - 15)
    }
  }

  @Test func `more lines than the table holds, again and again, stay right`() throws {
    let pair = Pair()
    for round in 0..<6 {
      for number in 0..<150 {
        let line = "X-Line-\(number): " + String(repeating: "v", count: number)
        let passed = try pair.pass("HTTP/1.1 404 Not Found\r\n\(line)\r\nX-Round: \(round)\r\n")
        #expect(passed.fields == [":status: 404", line.lowercased(), "x-round: \(round)"])
      }
    }
    #expect(pair.side.tableBytes <= 4_096)
  }

  @Test func `a smaller table of the peer is announced and kept to`() throws {
    let pair = Pair()
    for _ in 0..<3 { _ = try pair.pass(Self.head) }
    pair.encoder.setPeerTableSize(0)
    pair.encoder.setPeerTableSize(100)
    let passed = try pair.pass(Self.head)
    #expect(passed.bytes.prefix(3) == [0x20, 0x3F, 100 - 31])
    for _ in 0..<3 { #expect(try pair.pass(Self.head).fields.count == 3) }
    #expect(pair.side.tableBytes <= 100)
  }
}
