import HTTPWire

/// `header_sets`: header fields by the name of the set.
enum HeaderSection {
  /// Fields that frame a message or are written for each answer.
  private static let ours: Set<String> = [
    "connection", "content-length", "transfer-encoding", "trailer", "upgrade", "keep-alive", "te", "date",
    "content-type", "content-encoding", "content-range", "etag", "last-modified", "location", "x-request-id",
    "www-authenticate", "allow", "retry-after", "ratelimit", "ratelimit-policy",
  ]

  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("header_sets") {
      var fields: [HeaderSetConfiguration.Field] = []
      for entry in section.entries() {
        guard let value = section.string(entry.key) else { continue }
        if let mistake = mistake(entry.key, value) {
          section.reader.complain(entry.line, "\(section.name) sets \"\(entry.key)\", \(mistake)")
        }
        fields.append(HeaderSetConfiguration.Field(name: entry.key, value: value))
      }
      configuration.headerSets.append(HeaderSetConfiguration(name: name, fields: fields))
    }
  }

  /// Whether it may be a field's name (RFC 9110, section 5.1).
  static func isName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return FieldName.isPossible(bytes.span, 0..<bytes.count)
  }

  private static func mistake(_ name: String, _ value: String) -> String? {
    if !isName(name) { return "which is not the name of a header field" }
    if ours.contains(name.lowercased()) { return "which the gateway writes itself" }
    if value.isEmpty || !value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
      return "whose value must be visible ASCII on one line"
    }
    return nil
  }
}
