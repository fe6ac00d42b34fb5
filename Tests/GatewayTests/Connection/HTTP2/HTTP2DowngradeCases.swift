/// Requests that no HTTP/1.1 head may be made of.
enum HTTP2DowngradeCases {
  typealias Fields = [(String, String)]

  static let usual: Fields = [
    (":method", "GET"), (":scheme", "http"), (":authority", "a.test"), (":path", "/x"),
  ]
  static let smuggled = "GET /evil HTTP/1.1\r\nhost: b\r\n\r\n"

  static func with(_ name: String, _ value: String) -> Fields {
    usual.map { $0.0 == name ? (name, value) : $0 }
  }

  static func without(_ name: String) -> Fields { usual.filter { $0.0 != name } }

  private static func and(_ name: String, _ value: String) -> Fields { usual + [(name, value)] }

  /// Field lines as they are, without an encoder that could mend them.
  static func block(_ fields: Fields) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in fields {
      bytes.append(0x00)
      for text in [name, value] {
        bytes.append(UInt8(text.utf8.count))
        bytes += Array(text.utf8)
      }
    }
    return bytes
  }

  static var hostile: [Fields] { values + names + ofConnection + pseudo + sets + lengths }

  private static var values: [Fields] {
    let texts = [
      "\r\nx: y", "a\r\n\r\n\(smuggled)", "\n", "a\rb", "a\0b", "\u{7F}", "a\u{0B}", " a", "a ", "\ta",
    ]
    return texts.map { and("x", $0) }
  }

  private static var names: [Fields] {
    ["X", "x y", "x:y", "x\r\ny", "x\0", "", "x\t", "é", "x: y\r\nz"].map { and($0, "v") }
  }

  private static var ofConnection: [Fields] {
    let names = ["connection", "keep-alive", "proxy-connection", "upgrade", "te"]
    return names.map { and($0, "close") } + [and("transfer-encoding", "chunked")]
      + ["trailers, deflate", "Trailers", "chunked", ""].map { and("te", $0) }
  }

  private static var pseudo: [Fields] {
    let paths = [
      "/a b", "/ HTTP/1.1\r\nx: y", "/\tx", "/\0", "", "x", "http://b.test/", "*", "/a#b", "/é", "?a",
    ]
    let methods = ["GET /evil HTTP/1.1\r\n", "G ET", "", "GET\0", "get", "CONNECT", "TRACE"]
    let authorities = [
      "a\r\nx: y", "a b", "user@a.test", "a.test:99999", "a.test:8o", "", "a/b", "[::1", "a\0",
      "a.test,b.test",
    ]
    let schemes = ["ftp", "", "http\r\n", "HTTP", "http://b/?"]
    var all = paths.map { with(":path", $0) }
    all += methods.map { with(":method", $0) }
    all += authorities.map { with(":authority", $0) }
    all.append(usual + [("host", "a.test"), ("host", "a.test")])
    all.append(usual + [("host", "a.test:443")])
    all += schemes.map { with(":scheme", $0) }
    return all
  }

  private static var sets: [Fields] {
    var all: [Fields] = usual.map { usual + [$0] }
    all += [":method", ":scheme", ":path", ":authority"].map { without($0) }
    all.append([("x", "y")] + usual)
    all.append(and(":protocol", "websocket"))
    all.append(and(":status", "200"))
    all.append(and(":x", "y"))
    all.append(and("host", "b.test"))
    all.append(and("host", ""))
    all.append(and("host", "a.test") + [("host", "b.test")])
    all.append(without(":authority") + [("host", "a.test"), ("host", "a.test")])
    all.append(without(":authority") + [("host", "a b")])
    return all
  }

  private static var lengths: [Fields] {
    let texts = ["1", "+0", "-1", "0x0", "0, 0", "00000000000000000000", " 0", "", "9999999999999999999"]
    return texts.map { and("content-length", $0) } + [and("content-length", "0") + [("content-length", "0")]]
  }
}
