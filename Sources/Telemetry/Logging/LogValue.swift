import Logging

/// Writes metadata values.
enum LogValue {
  /// Appends `value` as JSON. Numbers and truth values stay what they are; anything else is a string.
  static func appendJSON(_ value: Logger.MetadataValue, depth: Int, to bytes: inout [UInt8]) {
    guard depth < LogLimits.depth, bytes.count < LogLimits.lineBytes else {
      return bytes.append(contentsOf: #""…""#.utf8)
    }
    switch value {
    case .string(let text): appendString(text, limit: LogLimits.valueBytes, to: &bytes)
    case .stringConvertible(let number as Int): bytes.append(contentsOf: String(number).utf8)
    case .stringConvertible(let flag as Bool): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .stringConvertible(let number as Double) where number.isFinite:
      bytes.append(contentsOf: String(number).utf8)
    case .stringConvertible(let other):
      appendString(other.description, limit: LogLimits.valueBytes, to: &bytes)
    case .array(let values):
      appendList(values.prefix(LogLimits.pairs), between: "[", and: "]", to: &bytes) { value, bytes in
        appendJSON(value, depth: depth + 1, to: &bytes)
      }
    case .dictionary(let pairs):
      let sorted = pairs.sorted { $0.key < $1.key }.prefix(LogLimits.pairs)
      appendList(sorted, between: "{", and: "}", to: &bytes) { pair, bytes in
        appendString(pair.key, limit: LogLimits.keyBytes, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendJSON(pair.value, depth: depth + 1, to: &bytes)
      }
    }
  }

  static func appendString(_ text: String, limit: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    LogEscaping.append(text, as: .json, limit: limit, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends `value` for people: bare when it is one plain word, else in quotes.
  static func appendText(_ value: Logger.MetadataValue, to bytes: inout [UInt8]) {
    switch value {
    case .string(let text): appendWord(text, to: &bytes)
    case .stringConvertible(let other): appendWord(other.description, to: &bytes)
    case .array, .dictionary: appendJSON(value, depth: 0, to: &bytes)
    }
  }

  private static func appendWord(_ text: String, to bytes: inout [UInt8]) {
    let isPlain =
      !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
    if isPlain {
      LogEscaping.append(text, as: .plain, limit: LogLimits.valueBytes, to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "\""))
      LogEscaping.append(text, as: .quoted, limit: LogLimits.valueBytes, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }
  }

  private static func appendList<Element>(
    _ elements: ArraySlice<Element>, between open: String, and close: String, to bytes: inout [UInt8],
    _ append: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(contentsOf: open.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(element, &bytes)
    }
    bytes.append(contentsOf: close.utf8)
  }
}
