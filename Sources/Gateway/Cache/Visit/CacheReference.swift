/// A reference in Location or Content-Location as the key of what it names.
enum CacheReference {
  /// Nil when it names something on another host: nobody may throw out what belongs to somebody else.
  ///
  /// - Parameter base: the key of the request's own target.
  static func resolve(_ reference: Span<UInt8>, from base: [UInt8]) -> [UInt8]? {
    guard let space = base.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    var target = reference.text
    if let fragment = target.firstIndex(of: "#") { target = String(target[..<fragment]) }
    for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
      target = "//" + target.dropFirst(scheme.count)
    }
    if target.hasPrefix("//") {
      let rest = target.dropFirst(2)
      let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
      guard Array(rest[..<end].lowercased().utf8) == Array(base[1..<space]) else { return nil }
      target = String(rest[end...])
      if !target.hasPrefix("/") { target = "/" + target }
    } else if !target.hasPrefix("/") {
      let path = base[(space + 1)...].prefix { $0 != UInt8(ascii: "?") }
      guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return nil }
      target = String(decoding: path[...slash], as: UTF8.self) + target
    }
    return Array(base[...space]) + Array(target.utf8)
  }
}
