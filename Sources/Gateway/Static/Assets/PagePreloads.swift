/// What a page will ask for first, as the value of a Link field (RFC 8288), so that a browser can ask before it has read
/// the page. Taken from the page itself.
enum PagePreloads {
  private static let linksLimit = 32
  private static let bytesLimit = 3_072

  /// Nil when the page needs nothing, or the file is no page.
  static func field(of bytes: [UInt8], name: String) -> String? {
    guard name.hasSuffix(".html") else { return nil }
    var seen: Set<String> = []
    var links: [String] = []
    var length = 0
    for tag in HTMLTags.find(in: bytes) {
      guard let (path, parameters) = need(tag, in: bytes), seen.insert(path).inserted else { continue }
      let link = "<\(path)>; \(parameters)"
      length += link.utf8.count + 2
      guard links.count < linksLimit, length <= bytesLimit else { break }
      links.append(link)
    }
    return links.isEmpty ? nil : links.joined(separator: ", ")
  }

  private static func need(_ tag: HTMLTags.Tag, in bytes: [UInt8]) -> (path: String, parameters: String)? {
    func text(_ name: String) -> String? {
      tag.value(name).map { String(decoding: bytes[$0], as: UTF8.self) }
    }
    guard let path = text(tag.name == "script" ? "src" : "href"), isOwn(path) else { return nil }
    if tag.name == "script" {
      return (path, text("type") == "module" ? "rel=modulepreload" : "rel=preload; as=script")
    }
    guard tag.name == "link", text("media") == nil else { return nil }
    switch text("rel")?.lowercased() {
    case "stylesheet": return (path, "rel=preload; as=style")
    case "modulepreload": return (path, "rel=modulepreload")
    case "preload":
      guard let kind = text("as"),
        kind.utf8.allSatisfy({ $0.lowercasedASCII >= 0x61 && $0.lowercasedASCII <= 0x7a })
      else { return nil }
      return (path, "rel=preload; as=\(kind)\(text("crossorigin") == nil ? "" : "; crossorigin")")
    default: return nil
    }
  }

  /// A path of this site that can stand between angle brackets.
  private static func isOwn(_ path: String) -> Bool {
    path.hasPrefix("/") && !path.hasPrefix("//")
      && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"<>\"&".utf8.contains($0) }
  }
}
