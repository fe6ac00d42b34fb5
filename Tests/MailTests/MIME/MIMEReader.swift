import Foundation

/// A reader of MIME messages for tests, written apart from the writer: what it gets back must be what went
/// in. Splits on bytes, as mail programs do, never on what Swift sees as characters.
struct MIMEReader {
  let headers: [(name: String, value: String)]
  /// Decoded.
  let body: [UInt8]
  let parts: [MIMEReader]
  /// Headers and body as they are on the wire.
  let lines: [[UInt8]]

  init(_ bytes: [UInt8]) {
    self.init(lines: Self.lines(of: bytes))
  }

  private init(lines: [[UInt8]]) {
    self.lines = lines
    let headEnd = lines.firstIndex(of: []) ?? lines.count
    var headers: [(name: String, value: String)] = []
    for line in lines[..<headEnd] {
      if line.first == 32 || line.first == 9 {
        headers[headers.count - 1].value += String(decoding: line, as: UTF8.self)
      } else {
        let name = line.prefix { $0 != 58 }
        let value = line.dropFirst(name.count + 1).drop { $0 == 32 }
        headers.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
      }
    }
    self.headers = headers
    let bodyLines = Array(lines[min(headEnd + 1, lines.count)...])
    let type = Self.value("Content-Type", headers)
    if let boundary = Self.parameter("boundary", of: type) {
      body = []
      parts = Self.split(bodyLines, boundary: boundary).map(MIMEReader.init(lines:))
    } else {
      body = Self.decode(bodyLines, encoding: Self.value("Content-Transfer-Encoding", headers))
      parts = []
    }
  }

  var type: String { self["Content-Type"] }
  var text: String { String(decoding: body, as: UTF8.self) }

  /// The unfolded value of the only header of this name; "" when there is none or more than one.
  subscript(name: String) -> String { Self.value(name, headers) }

  /// The value with its encoded-words decoded (RFC 2047): space between two of them does not count.
  func decoded(_ name: String) -> String {
    var result: [UInt8] = []
    for (index, word) in self[name].split(separator: " ").enumerated() {
      if word.hasPrefix("=?utf-8?B?"), word.hasSuffix("?=") {
        result += Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data()
      } else {
        result += Array(((index == 0 ? "" : " ") + word).utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func value(_ name: String, _ headers: [(name: String, value: String)]) -> String {
    let found = headers.filter { $0.name == name }
    return found.count == 1 ? found[0].value : ""
  }

  /// Lines between CRLFs; a lone CR or LF stays where it is, so that tests see it.
  private static func lines(of bytes: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      if bytes[index] == 13, index + 1 < bytes.count, bytes[index + 1] == 10 {
        lines.append([])
        index += 2
      } else {
        lines[lines.count - 1].append(bytes[index])
        index += 1
      }
    }
    return lines
  }

  private static func parameter(_ name: String, of value: String) -> String? {
    guard let range = value.range(of: "\(name)=\"") else { return nil }
    return String(value[range.upperBound...].prefix { $0 != "\"" })
  }

  private static func split(_ lines: [[UInt8]], boundary: String) -> [[[UInt8]]] {
    var parts: [[[UInt8]]] = []
    for line in lines {
      if line == Array("--\(boundary)--".utf8) { break }
      if line == Array("--\(boundary)".utf8) {
        parts.append([])
      } else if !parts.isEmpty {
        parts[parts.count - 1].append(line)
      }
    }
    return parts
  }

  private static func decode(_ lines: [[UInt8]], encoding: String) -> [UInt8] {
    switch encoding {
    case "base64": Array(Data(base64Encoded: Data(lines.joined())) ?? Data())
    case "quoted-printable": unquote(lines)
    default: Array(lines.joined(separator: [13, 10]))
    }
  }

  private static func unquote(_ lines: [[UInt8]]) -> [UInt8] {
    var result: [UInt8] = []
    for (number, line) in lines.enumerated() {
      var rest = line[...]
      while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "="), rest.count >= 2 else {
          if byte != UInt8(ascii: "=") { result.append(byte) }
          continue
        }
        result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      }
      let isSoft = line.last == UInt8(ascii: "=")
      if !isSoft, number < lines.count - 1 { result += [13, 10] }
    }
    return result
  }
}
