/// Where a file of a site names other files of it: `src` and `href` in pages, `import` in modules, `url()` in styles.
enum AssetReferences {
  struct Reference: Equatable {
    /// Where the name stands, without quotes, query and fragment.
    let place: Range<Int>
    /// The file that is meant, as a path in the site.
    let target: String
  }

  /// - Parameter name: the file's own, as a path in the site, from which relative names go.
  static func find(in bytes: [UInt8], of name: String) -> [Reference] {
    let places: [Range<Int>] =
      switch name.split(separator: ".").last ?? "" {
      case "html", "htm": page(bytes)
      case "js", "mjs": module(bytes)
      case "css": style(bytes)
      default: []
      }
    let isPage = name.hasSuffix(".html") || name.hasSuffix(".htm")
    return places.compactMap { place in
      let path = path(place, in: bytes)
      let text = String(decoding: bytes[path], as: UTF8.self)
      // A page may answer under other paths than its own, so that only whole paths mean one thing there.
      if isPage, !text.hasPrefix("/") { return nil }
      return resolve(text, from: name).map { Reference(place: path, target: $0) }
    }
  }

  // MARK: Where names stand

  /// Tags whose files belong to the page; what a link leads to does not.
  private static let attributes: [String: [String]] = [
    "script": ["src"], "link": ["href"], "img": ["src"], "source": ["src"], "video": ["src", "poster"],
    "audio": ["src"], "track": ["src"], "image": ["href"], "use": ["href"], "input": ["src"],
  ]

  private static func page(_ bytes: [UInt8]) -> [Range<Int>] {
    HTMLTags.find(in: bytes).flatMap { tag in
      (attributes[tag.name] ?? []).compactMap { tag.value($0) }
    }
  }

  /// `from "…"`, `import "…"` and `import("…")`.
  private static func module(_ bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    for word in ["from", "import"] {
      var start = bytes.startIndex
      while let found = next(word, in: bytes, from: start) {
        start = found + word.utf8.count
        if found > 0, isWordByte(bytes[found - 1]) || bytes[found - 1] == UInt8(ascii: ".") { continue }
        if let place = quoted(bytes, after: start, maySkip: word == "import" ? "(" : "") {
          places.append(place)
        }
      }
    }
    return places
  }

  /// `url(…)` and `@import "…"`.
  private static func style(_ bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var start = 0
    while let found = next("url(", in: bytes, from: start) {
      start = found + 4
      if let place = quoted(bytes, after: start, maySkip: "") {
        places.append(place)
      } else if let end = bytes[start...].firstIndex(of: UInt8(ascii: ")")) {
        places.append(bytes.span.trimmed(start..<end))
      }
    }
    start = 0
    while let found = next("@import", in: bytes, from: start) {
      start = found + 7
      if let place = quoted(bytes, after: start, maySkip: "") { places.append(place) }
    }
    return places
  }

  private static func next(_ text: String, in bytes: [UInt8], from start: Int) -> Int? {
    let wanted = Array(text.utf8)
    var index = start
    while index + wanted.count <= bytes.count {
      guard let first = bytes[index...].firstIndex(of: wanted[0]) else { return nil }
      if bytes[first...].starts(with: wanted) { return first }
      index = first + 1
    }
    return nil
  }

  /// The text between the quotes that come next, after spaces and perhaps a bracket.
  private static func quoted(_ bytes: [UInt8], after start: Int, maySkip bracket: String) -> Range<Int>? {
    var index = start
    while index < bytes.count, HTMLTags.isSpace(bytes[index]) || bracket.utf8.contains(bytes[index]) {
      index += 1
    }
    guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'"),
      let end = bytes[(index + 1)...].firstIndex(where: { $0 == bytes[index] || $0 == 0x0A }),
      bytes[end] == bytes[index]
    else { return nil }
    return index + 1..<end
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte.digitValue != nil || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
      || (byte.lowercasedASCII >= UInt8(ascii: "a") && byte.lowercasedASCII <= UInt8(ascii: "z"))
  }

  // MARK: What they mean

  private static func path(_ place: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
    let end = bytes[place].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    return place.lowerBound..<(end ?? place.upperBound)
  }

  /// The path in the site; nil for what lies elsewhere.
  private static func resolve(_ text: String, from name: String) -> String? {
    guard text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") || !text.contains(":"),
      !text.hasPrefix("//"), !text.isEmpty
    else { return nil }
    // A bare word is a module's name, not a path.
    if name.hasSuffix("js"), !text.hasPrefix("/"), !text.hasPrefix(".") { return nil }
    var segments = text.hasPrefix("/") ? [] : name.split(separator: "/").dropLast().map(String.init)
    for segment in text.split(separator: "/", omittingEmptySubsequences: true) {
      switch segment {
      case ".": continue
      case "..": if segments.popLast() == nil { return nil }
      default: segments.append(String(segment))
      }
    }
    return "/" + segments.joined(separator: "/")
  }
}
