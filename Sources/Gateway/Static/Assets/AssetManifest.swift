internal import Secrets

/// Names that say what is in a file: `/scripts/book.js` is served as `/scripts/book.0a1b2c3d4e5f6071.js` too, which a
/// browser may keep for ever, and every file that names it names it so. Made when a site is loaded.
struct AssetManifest {
  /// By the plain name.
  private(set) var names: [String: String] = [:]
  private var references: [String: [AssetReferences.Reference]] = [:]

  /// How many digits of the digest stand in a name.
  private static let digits = 16

  init(_ files: [StaticFolder.File]) {
    let known = Set(files.map(\.name).filter(Self.isAsset))
    for file in files {
      references[file.name] = AssetReferences.find(in: file.content, of: file.name)
        .filter { known.contains($0.target) && $0.target != file.name }
        .sorted { $0.place.lowerBound < $1.place.lowerBound }
    }
    let used = Set(references.values.joined().map(\.target))
    let digests = Dictionary(uniqueKeysWithValues: files.map { ($0.name, SHA256.hash($0.content)) })
    for name in used { names[name] = Self.name(name, digest: digest(of: name, digests)) }
  }

  /// The file's content with every reference to an asset by the name that says what is in it.
  func rewritten(_ file: StaticFolder.File) -> [UInt8] {
    guard let references = references[file.name], !references.isEmpty else { return file.content }
    var content: [UInt8] = []
    content.reserveCapacity(file.content.count + references.count * (Self.digits + 1))
    var end = 0
    for reference in references where reference.place.lowerBound >= end {
      guard let name = names[reference.target] else { continue }
      content += file.content[end..<reference.place.lowerBound]
      content += name.utf8
      end = reference.place.upperBound
    }
    return content + file.content[end...]
  }

  /// A digest of the file and of everything it leads to, since their names will stand in it. Files may name each other
  /// in a circle, so it cannot be made of what they will contain.
  private func digest(of name: String, _ digests: [String: [UInt8]]) -> [UInt8] {
    var reached: Set<String> = [name]
    var waiting = [name]
    while let next = waiting.popLast() {
      for reference in references[next] ?? [] where reached.insert(reference.target).inserted {
        waiting.append(reference.target)
      }
    }
    reached.remove(name)
    var bytes: [UInt8] = digests[name] ?? []
    for other in reached.sorted() { bytes += Array(other.utf8) + [0] + (digests[other] ?? []) }
    return SHA256.hash(bytes)
  }

  /// Pages are asked for each time, and so is what is known to others by its plain name.
  private static func isAsset(_ name: String) -> Bool {
    let ending = name.split(separator: ".").last ?? ""
    return !["html", "htm", "webmanifest", "txt", "xml"].contains(ending) && name.contains(".")
  }

  private static func name(_ name: String, digest: [UInt8]) -> String {
    let text = digest.prefix(digits / 2).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    guard let dot = name.lastIndex(of: ".") else { return name }
    return name[..<dot] + "." + text + name[dot...]
  }

  /// The plain name of a path that has a digest in it, whichever version it speaks of; nil for other paths.
  static func plainName(_ path: Span<UInt8>) -> [UInt8]? {
    var dot = path.count - 1
    while dot > 0, path[dot] != UInt8(ascii: ".") {
      if path[dot] == UInt8(ascii: "/") { return nil }
      dot -= 1
    }
    let start = dot - digits
    guard start > 1, path[start - 1] == UInt8(ascii: ".") else { return nil }
    for index in start..<dot {
      let byte = path[index]
      guard byte.digitValue != nil || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f")) else {
        return nil
      }
    }
    return path.extracting(0..<start - 1).bytes + path.extracting(dot..<path.count).bytes
  }
}
