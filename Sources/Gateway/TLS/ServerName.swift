/// Host names as certificates and clients write them.
package enum ServerName {
  /// Whether a certificate may be configured for it: a host name, or `*.` and a host name.
  package static func isPattern(_ text: String) -> Bool {
    let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
    guard !name.isEmpty, name.utf8.count <= 253 else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.utf8.count <= 63
        && label.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D || $0 == 0x5F }
    }
  }

  /// Lower case, without the dot of the root.
  package static func normalized(_ name: String) -> String {
    let name = name.lowercased()
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }

  /// What comes after the first label; a wildcard stands for exactly one (RFC 9525, 6.3).
  static func parent(of name: String) -> Substring? {
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
    return name[name.index(after: dot)...]
  }

  /// - Parameter pattern: in lower case.
  static func matches(_ pattern: String, _ name: String) -> Bool {
    guard pattern.hasPrefix("*.") else { return pattern == name }
    return parent(of: name).map { $0 == pattern.dropFirst(2) } ?? false
  }
}
