/// The 61 fields that both sides know from the start (RFC 7541, appendix A), laid out as the dynamic table is.
struct HPACKStaticTable: Sendable {
  static let count = 61

  let bytes: [UInt8]
  let entries: [HPACKDynamicTable.Entry]

  init() {
    var bytes: [UInt8] = []
    entries = Self.fields.map { name, value in
      let start = bytes.count
      bytes += name.utf8
      bytes += value.utf8
      return HPACKDynamicTable.Entry(
        start: start, nameLength: name.utf8.count, length: bytes.count - start, size: 0)
    }
    self.bytes = bytes
  }

  /// The index of a field's name that an answer may carry; 0 when there is none.
  @inline(__always)
  static func index(of name: FieldName) -> Int {
    switch name {
    case .age: 21
    case .allow: 22
    case .cacheControl: 24
    case .contentEncoding: 26
    case .contentLength: 28
    case .contentLocation: 29
    case .contentRange: 30
    case .contentType: 31
    case .date: 33
    case .etag: 34
    case .expires: 36
    case .lastModified: 44
    case .location: 46
    case .retryAfter: 53
    case .server: 54
    case .setCookie: 55
    case .vary: 59
    case .via: 60
    default: 0
    }
  }

  /// The index of a whole `:status` field, or 0; its name alone is 8.
  @inline(__always)
  static func index(ofStatus status: Int) -> Int {
    switch status {
    case 200: 8
    case 204: 9
    case 206: 10
    case 304: 11
    case 400: 12
    case 404: 13
    case 500: 14
    default: 0
    }
  }

  private static let fields: [(String, String)] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
  ]
}
