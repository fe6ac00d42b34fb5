import Testing

@testable import HTTPWire

/// A request's fields and what becomes of them.
@Suite struct HTTP2RequestTests {
  private static let get = [":method: GET", ":scheme: https", ":authority: a.test", ":path: /x?y=z"]

  /// The head, or why there is none.
  private func head(_ fields: [String], endsStream: Bool = true) throws -> String {
    var list = try list(fields)
    return try write(&list, list.requestBound) { list, writer throws(HTTP2FieldError) in
      _ = try list.writeRequest(endsStream: endsStream, into: &writer)
    }
  }

  private func list(_ fields: [String]) throws -> HTTP2FieldList {
    var block: [UInt8] = []
    for field in fields {
      let colon = field.dropFirst().firstIndex(of: ":") ?? field.endIndex
      let value = field[colon...].dropFirst(2)
      block += [0x00, UInt8(field[..<colon].utf8.count)] + field[..<colon].utf8
      block += [UInt8(value.utf8.count)] + value.utf8
    }
    var list = HTTP2FieldList(limits: HeadLimits())
    var decoder = HPACKDecoder()
    try decoder.decode(block.span, into: &list)
    return list
  }

  private func write(
    _ list: inout HTTP2FieldList, _ bound: Int,
    _ body: (inout HTTP2FieldList, inout ByteWriter) throws(HTTP2FieldError) -> Void
  ) throws -> String {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bound, alignment: 1)
    defer { unsafe room.deallocate() }
    var writer = unsafe ByteWriter(room)
    try body(&list, &writer)
    return unsafe String(decoding: room[..<writer.count], as: UTF8.self)
  }

  @Test func `a request becomes one head that the parser reads`() throws {
    let text = try head(
      Self.get + ["cookie: a=b", "accept: */*", "cookie: c=d", "te: trailers", "host: A.test"])
    #expect(text == "GET /x?y=z HTTP/1.1\r\nhost: a.test\r\naccept: */*\r\ncookie: a=b; c=d\r\n\r\n")
    var parsed = RequestHead()
    let isWhole = try parsed.parse(Array(text.utf8).span)
    #expect(isWhole)
  }

  @Test func `a body without a length becomes chunked, one with a length keeps it`() throws {
    #expect(try head(Self.get, endsStream: false).hasSuffix("transfer-encoding: chunked\r\n\r\n"))
    #expect(
      try head(Self.get + ["content-length: 5"], endsStream: false).hasSuffix(
        "a.test\r\ncontent-length: 5\r\n\r\n"))
  }

  @Test func `Host serves where there is no authority`() throws {
    let fields = [":method: GET", ":scheme: http", ":path: /", "host: b.test"]
    #expect(try head(fields) == "GET / HTTP/1.1\r\nhost: b.test\r\n\r\n")
    #expect(
      try head([":method: OPTIONS", ":scheme: http", ":path: *", "host: b.test"]).hasPrefix("OPTIONS * HTTP"))
  }

  @Test(arguments: [
    // Pseudo-header fields: missing, twice, late, unknown, empty, of an answer.
    [":method: GET", ":scheme: https"], [":method: GET", ":path: /"], [":scheme: https", ":path: /"], [],
    get + [":path: /"], get + ["x: y", ":authority: a.test"], get + [":protocol: websocket"],
    get + [":status: 200"],
    [":method: GET", ":scheme: https", ":path: "], [":method: ", ":scheme: https", ":path: /"],
    [":method: GET", ":scheme: ftp", ":path: /"], [":Method: GET", ":scheme: https", ":path: /"],
    // What would be another line, another target or another request in HTTP/1.1.
    [":method: GET / HTTP/1.1\r\nX:", ":scheme: https", ":path: /"],
    [":method: GE T", ":scheme: https", ":path: /"],
    [":method: GET", ":scheme: https", ":path: / HTTP/1.1\r\nX: y\r\n\r\n"],
    [":method: GET", ":scheme: https", ":path: /a b"],
    [":method: GET", ":scheme: https", ":path: http://b.test/"],
    [":method: GET", ":scheme: https", ":path: x"],
    [":method: GET", ":scheme: https", ":authority: a\r\nX: y", ":path: /"],
    // Names.
    get + ["Accept: */*"], get + ["a b: c"], get + ["a\u{0}: c"], get + ["a\r\nb: c"], get + ["a\u{80}: c"],
    get + [": c"],
    // Values.
    get + ["a: b\r\nc: d"], get + ["a: b\nc"], get + ["a: b\rc"], get + ["a: b\u{0}c"], get + ["a:  b"],
    get + ["a: b "], get + ["a: \tb"], get + ["a: b\t"], get + ["a: b\u{1}"], get + ["a: b\u{7F}"],
    // Fields of the connection.
    get + ["connection: keep-alive"], get + ["keep-alive: 5"], get + ["proxy-connection: x"],
    get + ["upgrade: h2c"],
    get + ["transfer-encoding: chunked"], get + ["te: gzip"], get + ["te: trailers, deflate"], get + ["te: "],
    // Framing.
    get + ["content-length: 1", "content-length: 1"], get + ["content-length: +1"],
    get + ["content-length: 1, 1"],
    get + ["content-length: "], get + ["content-length: 1234567890123456789"],
    // Two hosts.
    get + ["host: b.test"], get + ["host: a.test:81"],
  ])
  func `what is not well-formed is no request`(_ fields: [String]) {
    #expect(throws: HTTP2FieldError.malformed) { try head(fields) }
  }

  @Test func `CONNECT is refused as in HTTP 1`() {
    #expect(throws: HTTP2FieldError.refused(.methodNotSupported)) {
      try head([":method: CONNECT", ":authority: a:443"])
    }
    #expect(throws: HTTP2FieldError.malformed) {
      try head([":method: CONNECT", ":authority: a:443", ":scheme: https", ":path: /"])
    }
  }

  @Test func `trailers are lines, and may not be what trailers may not be`() throws {
    func trailers(_ fields: [String]) throws -> String {
      var list = try list(fields)
      return try write(&list, list.trailerBound) { list, writer throws(HTTP2FieldError) in
        try list.writeTrailers(into: &writer)
      }
    }
    #expect(try trailers(["x-sum: 1", "etag: a"]) == "x-sum: 1\r\netag: a\r\n")
    for field in [
      "content-length: 1", "host: a", "content-type: a", "authorization: a", "x-forwarded-for: a",
    ] {
      #expect(throws: HTTP2FieldError.refused(.forbiddenTrailer)) { try trailers([field]) }
    }
    for field in [":path: /", "X: y", "a: b\r\n"] {
      #expect(throws: HTTP2FieldError.malformed) { try trailers([field]) }
    }
  }
}
