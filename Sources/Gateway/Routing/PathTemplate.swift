package import NIOCore

/// A path or URL that is put together from pieces of the request's path: `/v1/{user}/{*}`. `{name}` stands for the
/// segment that the route's pattern calls so, `{*}` for what its final `*` took. Pieces go in as they were sent, percent-
/// encodings and all; a path that got this far has no segment that could change the meaning of another.
package struct PathTemplate: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case text([UInt8])
    /// The segment of the request's path at this place.
    case segment(Int)
    /// What follows that many segments.
    case rest(after: Int)
  }

  /// As it was written.
  package let description: String
  let parts: [Part]
  private let query: Bool

  /// Whether it is the same for every request.
  package var isConstant: Bool {
    parts.allSatisfy { if case .text = $0 { true } else { false } }
  }

  /// Compiles what `whatIsWrong` finds nothing wrong with.
  package init?(_ text: String, of pattern: PathPattern) {
    var parts: [Part] = []
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      if open > rest.startIndex { parts.append(.text(Array(rest[..<open].utf8))) }
      guard let close = rest[open...].firstIndex(of: "}") else { return nil }
      guard let part = Self.part(String(rest[rest.index(after: open)..<close]), pattern) else { return nil }
      parts.append(part)
      rest = rest[rest.index(after: close)...]
    }
    guard !rest.contains("}") else { return nil }
    if !rest.isEmpty { parts.append(.text(Array(rest.utf8))) }
    self.parts = parts
    description = text
    query = text.contains("?")
  }

  /// What keeps `text` from being a template for a pattern, in words for the person who wrote it.
  package static func whatIsWrong(with text: String, of pattern: PathPattern) -> String? {
    guard PathTemplate(text, of: pattern) == nil else { return nil }
    let names = pattern.parameterNames.map { "{\($0)}" } + (pattern.isPrefix ? ["{*}"] : [])
    let known = names.isEmpty ? "the path has none" : "the path has \(names.joined(separator: ", "))"
    return "has braces around something that the path does not name; \(known)"
  }

  /// Writes the whole with the request's query, if it has one.
  ///
  /// - Parameters:
  ///   - path: of the request, in `bytes`.
  ///   - query: without its question mark; nil when it is to be left out.
  package func write(
    _ path: Range<Int>, query: Range<Int>?, of bytes: Span<UInt8>, into buffer: inout ByteBuffer
  ) {
    for part in parts {
      switch part {
      case .text(let text): buffer.writeBytes(text)
      case .segment(let index): buffer.writeSpan(bytes.extracting(Self.segment(index, of: path, in: bytes)))
      case .rest(let count):
        buffer.writeSpan(
          bytes.extracting(Self.segment(count, of: path, in: bytes).lowerBound..<path.upperBound))
      }
    }
    guard let query else { return }
    buffer.writeStaticString(self.query ? "&" : "?")
    buffer.writeSpan(bytes.extracting(query))
  }

  private static func part(_ name: String, _ pattern: PathPattern) -> Part? {
    if name == "*" { return pattern.isPrefix ? .rest(after: pattern.segments.count) : nil }
    guard let place = pattern.parameterNames.firstIndex(of: name) else { return nil }
    let places = pattern.segments.indices.filter { pattern.segments[$0] == .parameter }
    return .segment(places[place])
  }

  /// The segment at a place, empty at the end of the path when there are fewer.
  private static func segment(_ index: Int, of path: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
    var start = min(path.lowerBound + 1, path.upperBound)
    for _ in 0..<index {
      guard let slash = bytes.firstIndex(of: UInt8(ascii: "/"), in: start..<path.upperBound) else {
        return path.upperBound..<path.upperBound
      }
      start = slash + 1
    }
    return start..<(bytes.firstIndex(of: UInt8(ascii: "/"), in: start..<path.upperBound) ?? path.upperBound)
  }
}
