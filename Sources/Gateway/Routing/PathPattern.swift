/// A path as routes and page rewrites write it: `/login` (exact), `/book/{user}/{slug}` (pattern: each braced
/// name stands for one segment) or `/v2/*` (prefix: this path and everything below it).
package struct PathPattern: Sendable, Hashable, CustomStringConvertible {
  package enum Segment: Sendable, Hashable {
    case literal([UInt8])
    case parameter
  }

  package let segments: [Segment]
  /// Whether it ends in `/*`.
  package let isPrefix: Bool
  /// As it was written; it labels metrics and log lines.
  package let description: String
  /// What its braced segments are called, in their order.
  package let parameterNames: [String]

  /// Nil when `text` is none of the three forms; `whatIsWrong` says why.
  package init?(_ text: String) {
    guard Self.whatIsWrong(with: text) == nil else { return nil }
    var parts = text.split(separator: "/", omittingEmptySubsequences: true)
    isPrefix = parts.last == "*"
    if isPrefix { parts.removeLast() }
    segments = parts.map { $0.hasPrefix("{") ? .parameter : .literal(Array($0.utf8)) }
    description = text
    parameterNames = parts.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
  }

  /// Exactly this path, whatever bytes its names have: how files are looked up.
  package init(exactly names: [String]) {
    segments = names.map { .literal(Array($0.utf8)) }
    isPrefix = false
    description = "/" + names.joined(separator: "/")
    parameterNames = []
  }

  /// What keeps `text` from being a pattern, in words for the person who wrote it.
  package static func whatIsWrong(with text: String) -> String? {
    guard text.hasPrefix("/") else { return "must begin with a slash" }
    let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      if part.isEmpty {
        if !isLast { return "has an empty segment (//)" }
        if parts.count > 1 { return "must not end in a slash (a trailing slash never counts)" }
      } else if part == "*" {
        if !isLast { return "has * before its end; * stands only at the end, as in /v2/*" }
      } else if let problem = problem(inSegment: part) {
        return problem
      }
    }
    let names = parts.filter { $0.hasPrefix("{") }
    return Set(names).count == names.count ? nil : "has two parameters of one name"
  }

  private static func problem(inSegment part: Substring) -> String? {
    if part.hasPrefix("{"), part.hasSuffix("}") {
      let name = part.dropFirst().dropLast()
      let isName = !name.isEmpty && name.utf8.allSatisfy(isNameByte)
      return isName ? nil : "has a parameter whose name is not letters, digits and _"
    }
    if part == "." || part == ".." { return "has a dot segment" }
    let isPlain = part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !Self.reserved.contains($0) }
    return isPlain ? nil : "has a segment that is neither plain text, {name} nor a final *"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte.digitValue != nil
      || (byte.lowercasedASCII >= UInt8(ascii: "a") && byte.lowercasedASCII <= UInt8(ascii: "z"))
  }

  private static let reserved = Set("{}*%?#\\".utf8)
}
