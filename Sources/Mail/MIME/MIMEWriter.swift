/// Collects the lines of a message.
struct MIMEWriter {
  private(set) var bytes: [UInt8] = []

  /// A header field. `value` is in its final form: encoded and, where it is long, folded.
  mutating func header(_ name: String, _ value: String) {
    line("\(name): \(value)")
  }

  mutating func line(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    append([UInt8(ascii: "\r"), UInt8(ascii: "\n")])
  }

  mutating func append(_ more: [UInt8]) {
    bytes.append(contentsOf: more)
  }
}
