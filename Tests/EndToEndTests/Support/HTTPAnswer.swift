import JSON

/// What came back, as it came.
struct HTTPAnswer: Sendable {
  var status: Int
  var fields: [(name: String, value: String)]
  var body: [UInt8] = []

  /// The first field of this name.
  subscript(name: String) -> String? { fields.first { $0.name == name.lowercased() }?.value }

  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

  /// `data` of a success.
  var data: JSONValue { json["data"] ?? .null }
  /// `error.details.reason` of an error.
  var reason: String? { json["error"]?["details"]?["reason"]?.string }
  var uid: String? { data["uid"]?.string }

  /// Reads a head without its empty line.
  init(head: String) throws {
    // A CR LF is one character of a Swift string.
    let lines = head.split(separator: "\r\n" as Character, omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw EndToEndError("this is no status line: \(lines[0])")
    }
    self.status = status
    fields = try lines.dropFirst().map { line in
      guard let colon = line.firstIndex(of: ":") else { throw EndToEndError("this is no field: \(line)") }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (line[..<colon].lowercased(), String(value))
    }
  }
}
