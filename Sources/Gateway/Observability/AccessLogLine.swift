/// One line of the access log while it is written: JSON, or `key=value` for people. Everything that a client chose is
/// escaped and bounded, so that no line can look like two.
struct AccessLogLine {
  /// A longer path or id is cut.
  private static let longest = 1_024

  private let isJSON: Bool
  private var bytes: [UInt8]
  private var isFirst = true

  /// - Parameter bytes: empty; its memory is used again.
  init(format: AccessLogConfiguration.Format, bytes: consuming [UInt8]) {
    isJSON = format == .json
    self.bytes = bytes
    if isJSON { self.bytes.append(UInt8(ascii: "{")) }
  }

  mutating func time(_ milliseconds: Int) {
    value("time") { HTTPDate.appendTimestamp(milliseconds: milliseconds, to: &$0) }
  }

  mutating func text(_ key: StaticString, _ value: Span<UInt8>) {
    self.key(key)
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
    let shown = value.extracting(first: Self.longest)
    if Self.isPlain(shown) {
      unsafe shown.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    } else {
      for index in 0..<shown.count { Self.append(shown[index], to: &bytes) }
    }
    if value.count > Self.longest { bytes += "...".utf8 }
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
  }

  mutating func text(_ key: StaticString, _ value: String) {
    text(key, value.utf8.span)
  }

  mutating func number(_ key: StaticString, _ value: Int) {
    self.key(key)
    bytes.appendDecimal(max(0, value))
  }

  /// Nanoseconds as milliseconds with three places.
  mutating func milliseconds(_ key: StaticString, _ nanoseconds: Int) {
    self.key(key)
    let microseconds = max(0, nanoseconds) / 1_000
    bytes.appendDecimal(microseconds / 1_000)
    bytes.append(UInt8(ascii: "."))
    bytes.append(UInt8(ascii: "0") + UInt8(microseconds / 100 % 10))
    bytes.append(UInt8(ascii: "0") + UInt8(microseconds / 10 % 10))
    bytes.append(UInt8(ascii: "0") + UInt8(microseconds % 10))
  }

  /// A value that needs no escaping.
  mutating func value(_ key: StaticString, _ write: (inout [UInt8]) -> Void) {
    self.key(key)
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
    write(&bytes)
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
  }

  consuming func finish() -> [UInt8] {
    if isJSON { bytes.append(UInt8(ascii: "}")) }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private mutating func key(_ key: StaticString) {
    if !isFirst { bytes.append(isJSON ? UInt8(ascii: ",") : UInt8(ascii: " ")) }
    isFirst = false
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
    key.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
    bytes.append(isJSON ? UInt8(ascii: ":") : UInt8(ascii: "="))
  }

  /// Whether nothing needs an escape, as in nearly every line.
  private static func isPlain(_ value: Span<UInt8>) -> Bool {
    for index in 0..<value.count where !isPlain(value[index]) { return false }
    return true
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// Visible ASCII as it is, everything else as `\u00XX`: the same in both formats.
  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    guard isPlain(byte) else {
      bytes += "\\u00".utf8
      bytes.append(hex(byte >> 4))
      bytes.append(hex(byte & 15))
      return
    }
    bytes.append(byte)
  }

  private static func hex(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
