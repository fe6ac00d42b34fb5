import Foundation
import Synchronization

/// The formats of texts that our schemas name.
enum TextFormat: String {
  case dateTime = "date-time"
  case date
  case email
  case uuid
  case uri

  func fits(_ text: String) -> Bool {
    switch self {
    case .dateTime: isDateTime(text)
    case .date: isDate(Array(text.utf8))
    case .email: text.utf8.contains(UInt8(ascii: "@")) && !text.utf8.contains(UInt8(ascii: " "))
    case .uuid: UUID(uuidString: text) != nil
    case .uri: URL(string: text)?.scheme?.isEmpty == false
    }
  }

  /// RFC 3339, section 5.6.
  private func isDateTime(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, isDate(Array(bytes[..<10])), bytes[10] == UInt8(ascii: "T"),
      isClock(bytes[11..<19])
    else { return false }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { isDigit($0) }
      if digits.isEmpty { return false }
      rest = rest.dropFirst(1 + digits.count)
    }
    if rest.elementsEqual([UInt8(ascii: "Z")]) { return true }
    guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return false }
    return rest.count == 6 && isClock(rest.dropFirst() + Array(":00".utf8))
  }

  private func isDate(_ bytes: [UInt8]) -> Bool {
    guard let parts = numbers(bytes[...], lengths: [4, 2, 2], separator: UInt8(ascii: "-")) else {
      return false
    }
    return 1...12 ~= parts[1] && 1...31 ~= parts[2]
  }

  private func isClock(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let parts = numbers(bytes, lengths: [2, 2, 2], separator: UInt8(ascii: ":")) else { return false }
    return parts[0] < 24 && parts[1] < 60 && parts[2] <= 60
  }

  private func numbers(_ bytes: ArraySlice<UInt8>, lengths: [Int], separator: UInt8) -> [Int]? {
    let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.map(\.count) == lengths, parts.joined().allSatisfy(isDigit) else { return nil }
    return parts.map { $0.reduce(0) { $0 * 10 + Int($1 - 0x30) } }
  }

  private func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
}

/// Regular expressions, each made once.
final class Patterns: Sendable {
  private let known = Mutex<[String: NSRegularExpression]>([:])

  /// A pattern that is none matches nothing.
  func match(_ pattern: String, _ text: String) -> Bool {
    let expression = known.withLock { known -> NSRegularExpression? in
      if let expression = known[pattern] { return expression }
      let made = try? NSRegularExpression(pattern: pattern)
      known[pattern] = made
      return made
    }
    let all = NSRange(text.startIndex..., in: text)
    return expression?.firstMatch(in: text, range: all) != nil
  }
}
