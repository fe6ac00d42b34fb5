/// Section 8: what requests may look like; and the field blocks of RFC 7541.
extension ConformanceCase {
  private typealias F = FrameClient

  static let messages: [ConformanceCase] = exchanges + malformed + incomplete + invalidBlocks + validBlocks

  private static let exchanges: [ConformanceCase] = [
    ConformanceCase("8.1 GET", .answered(1)) { try $0.request(1) },
    ConformanceCase("8.1 HEAD", .answered(1)) { try $0.request(1, [":method: HEAD", ":path: /head"]) },
    ConformanceCase("8.1 POST", .answered(1)) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.data(1, "test", ends: true)
    },
    ConformanceCase("8.1 POST with trailers", .answered(1)) {
      try $0.request(1, [":method: POST", "trailer: x-sum"], ends: false)
      $0.data(1, "test")
      $0.send(F.frame(1, 5, stream: 1, try $0.block(["x-sum: 1"], fills: false)))
    },
    ConformanceCase("8.1/1 second HEADERS without END_STREAM", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", ":path: /wait"], ends: false)
      $0.data(1, "test")
      $0.send(F.frame(1, 4, stream: 1, try $0.block(["x: 1"], fills: false)))
    },
    ConformanceCase("8.1.2.1/3 pseudo-header field in trailers", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", ":path: /wait"], ends: false)
      $0.data(1, "test")
      $0.send(F.frame(1, 5, stream: 1, try $0.block([":method: GET"], fills: false)))
    },
    ConformanceCase("8.1.2.6/1 Content-Length over DATA", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", ":path: /wait", "content-length: 5"], ends: false)
      $0.data(1, "test", ends: true)
    },
    ConformanceCase("8.1.2.6/2 Content-Length over several DATA", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", ":path: /wait", "content-length: 9"], ends: false)
      $0.data(1, "test")
      $0.data(1, "test", ends: true)
    },
    ConformanceCase("8.1.2.6 Content-Length under DATA", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", ":path: /wait", "content-length: 1"], ends: false)
      $0.data(1, "test")
    },
    ConformanceCase("8.1.2.6 Content-Length without DATA", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", "content-length: 1"])
    },
    ConformanceCase("8.1.2.6 Content-Length, then trailers too early", .streamError(1, [protocolError])) {
      try $0.request(1, [":method: POST", ":path: /wait", "content-length: 9"], ends: false)
      $0.data(1, "test")
      $0.send(F.frame(1, 5, stream: 1, try $0.block(["x: 1"], fills: false)))
    },
  ]

  private static let malformed: [ConformanceCase] = malformedRows.map { name, fields in
    ConformanceCase(name, .streamError(1, [protocolError])) { try $0.request(1, fields) }
  }

  private static let malformedRows: [(String, [String])] = [
    ("8.1.2/1 capital letter", ["X-Test: ok"]), ("8.1.2.1/1 unknown pseudo-header field", [":test: ok"]),
    ("8.1.2.1/2 pseudo-header field of an answer", [":status: 200"]),
    ("8.1.2.2/1 Connection", ["connection: keep-alive"]), ("8.1.2.2 Upgrade", ["upgrade: h2c"]),
    ("8.1.2.2 Keep-Alive", ["keep-alive: 5"]), ("8.1.2.2 Transfer-Encoding", ["transfer-encoding: chunked"]),
    ("8.1.2.2/2 TE", ["trailers: test", "te: trailers, deflate"]), ("8.1.2.3/1 empty path", [":path: "]),
    ("8.1.2.3/5 two methods", [":method: GET", ":method: GET"]),
    ("8.1.2.3/6 two schemes", [":scheme: http", ":scheme: http"]),
    ("8.1.2.3/7 two paths", [":path: /", ":path: /"]),
    ("8.3.1 two authorities", [":authority: a.test", ":authority: a.test"]),
    ("8.3.1 Host that disagrees", ["host: b.test"]), ("8.3.1 other scheme", [":scheme: file"]),
    ("8.3.1 absolute path", [":path: http://b.test/"]), ("8.2.1 space before the value", ["x:  y"]),
    ("8.2.1 CR LF in a value", ["x: y\r\nz: a"]), ("8.2.1 NUL in a value", ["x: y\u{0}z"]),
    ("8.2.1 space in a name", ["x y: z"]), ("10.3 CR LF in the path", [":path: / HTTP/1.1\r\nHost: b"]),
    ("10.3 CR LF in the method", [":method: GET / HTTP/1.1\r\nX:"]),
    ("10.3 CR LF in the authority", [":authority: a\r\nX: y"]),
  ]

  private static let incomplete: [ConformanceCase] = incompleteRows.map { name, fields in
    ConformanceCase(name, .streamError(1, [protocolError])) { try $0.request(1, fields, fills: false) }
  }

  private static let incompleteRows: [(String, [String])] = [
    ("8.1.2.1/4 pseudo-header field after another", [":method: GET", ":scheme: http", "x: y", ":path: /"]),
    ("8.1.2.3/2 no method", [":scheme: http", ":path: /", ":authority: a"]),
    ("8.1.2.3/3 no scheme", [":method: GET", ":path: /", ":authority: a"]),
    ("8.1.2.3/4 no path", [":method: GET", ":scheme: http", ":authority: a"]), ("8.1.2.3 nothing", []),
  ]

  private static let invalidBlocks: [ConformanceCase] = invalidBlocksRows.map { name, block in
    ConformanceCase(name, .connectionError([compression])) { $0.send(F.frame(1, 5, stream: 1, block)) }
  }

  private static let invalidBlocksRows: [(String, [UInt8])] = [
    ("hpack 2.3.3/1 index behind the tables", [0xC6]),
    ("hpack 2.3.3/2 name behind the tables", [0x7F, 0x0F, 0x01, 0x61]),
    ("hpack 4.2/1 size at the end of a block", [0x82, 0x84, 0x86, 0x20]),
    ("hpack 5.2/1 padding of a byte", [0x00, 0x82, 0x1F, 0xFF, 0x00]),
    ("hpack 5.2/2 padding of zeros", [0x00, 0x81, 0x18, 0x00]),
    ("hpack 5.2/3 end of string inside", [0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00]),
    ("hpack 6.1/1 index 0", [0x80]),
    ("hpack 6.3/1 size over ours", [0x3F, 0xE2, 0x1F]),
    ("hpack 5.1 integer without end", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
  ]

  private static let validBlocks: [ConformanceCase] = validBlocksRows.map { name, block in
    ConformanceCase(name, .answered(1)) { $0.send(F.frame(1, 5, stream: 1, block)) }
  }

  private static let validBlocksRows: [(String, [UInt8])] = [
    ("hpack 6.1 indexed", [0x82, 0x84, 0x86, 0x41, 0x01, 0x61]),
    ("hpack 6.2.1 new name", [0x82, 0x84, 0x86, 0x41, 0x01, 0x61, 0x40, 0x01, 0x78, 0x01, 0x79]),
    ("hpack 6.2.2 without indexing", [0x82, 0x84, 0x86, 0x01, 0x01, 0x61, 0x00, 0x01, 0x78, 0x01, 0x79]),
    ("hpack 6.2.3 never indexed", [0x82, 0x84, 0x86, 0x11, 0x01, 0x61, 0x10, 0x01, 0x78, 0x01, 0x79]),
    (
      "hpack 6.2.1 Huffman",
      [0x82, 0x84, 0x86, 0x41, 0x8C, 0xF1, 0xE3, 0xC2, 0xE5, 0xF2, 0x3A, 0x6B, 0xA0, 0xAB, 0x90, 0xF4, 0xFF]
    ),
    ("hpack 6.3 sizes at the start", [0x20, 0x3F, 0xE1, 0x1F, 0x82, 0x84, 0x86, 0x41, 0x01, 0x61]),
  ]
}
