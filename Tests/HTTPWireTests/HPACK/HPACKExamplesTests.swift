import Testing

@testable import HTTPWire

/// RFC 7541, appendix C, byte by byte.
@Suite struct HPACKExamplesTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { $0 != " " && $0 != "\n" }.map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  @Test(arguments: [("0a", 5, 10), ("1f9a0a", 5, 1_337), ("2a", 8, 42)])
  func `integers of C 1 are read and written`(_ hex: String, _ bits: Int, _ value: Int) throws {
    var position = 0
    let read = try HPACKInteger.read(bytes(hex).span, at: &position, bits: bits)
    #expect(read == value)
    #expect(position == bytes(hex).count)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 1)
    defer { unsafe room.deallocate() }
    var writer = unsafe ByteWriter(room)
    HPACKInteger.write(value, bits: bits, pattern: 0, into: &writer)
    let written = unsafe Array(room[..<writer.count])
    #expect(written == bytes(hex))
  }

  @Test(arguments: [
    ("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key: custom-header", 55),
    ("040c2f73616d706c652f70617468", ":path: /sample/path", 0),
    ("100870617373776f726406736563726574", "password: secret", 0), ("82", ":method: GET", 0),
  ])
  func `fields of C 2`(_ hex: String, _ field: String, _ size: Int) throws {
    let side = DecodingSide()
    #expect(try side.decode(bytes(hex)) == [field])
    #expect(side.tableBytes == size)
  }

  @Test(arguments: [
    [
      "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
      "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
    ],
    [
      "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf",
      "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
    ],
  ])
  func `requests of C 3 and, coded, of C 4`(_ blocks: [String]) throws {
    let side = DecodingSide()
    #expect(
      try side.decode(bytes(blocks[0])) == [
        ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com",
      ])
    #expect(side.tableBytes == 57)
    #expect(
      try side.decode(bytes(blocks[1])) == [
        ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache",
      ])
    #expect(side.tableBytes == 110)
    #expect(
      try side.decode(bytes(blocks[2])) == [
        ":method: GET", ":scheme: https", ":path: /index.html", ":authority: www.example.com",
        "custom-key: custom-value",
      ])
    #expect(side.tableBytes == 164)
  }

  @Test(arguments: [
    [
      """
      4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32
      3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d
      """,
      "4803 3330 37c1 c0bf",
      """
      88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970
      7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61
      6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31
      """,
    ],
    [
      """
      4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
      1718 63c7 8f0b 97c8 e9ae 82ae 43d3
      """,
      "4883 640e ffc1 c0bf",
      """
      88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2
      e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07
      """,
    ],
  ])
  func `answers of C 5 and, coded, of C 6, with a table of 256 bytes`(_ blocks: [String]) throws {
    let side = DecodingSide()
    let location = "location: https://www.example.com"
    let date = "date: Mon, 21 Oct 2013 20:13:2"
    #expect(
      try side.decode(bytes("3fe101" + blocks[0])) == [
        ":status: 302", "cache-control: private", date + "1 GMT", location,
      ])
    #expect(side.tableBytes == 222)
    #expect(
      try side.decode(bytes(blocks[1])) == [
        ":status: 307", "cache-control: private", date + "1 GMT", location,
      ])
    #expect(side.tableBytes == 222)
    #expect(
      try side.decode(bytes(blocks[2])) == [
        ":status: 200", "cache-control: private", date + "2 GMT", location, "content-encoding: gzip",
        "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
      ])
    #expect(side.tableBytes == 215)
  }
}
