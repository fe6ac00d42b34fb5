/// `cors`: policies for pages of other origins, by name.
enum CrossOriginSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("cors") {
      let origins = section.strings("origins").compactMap { origin($0, section) }
      if !section.has("origins") {
        section.reader.complain(section.line, "\(section.name) needs \"origins\", a list of origins or \"*\"")
      }
      var policy = CrossOriginConfiguration(name: name, origins: origins)
      policy.methods = section.strings("methods").compactMap { method($0, section) }
      policy.headers = section.strings("headers").compactMap { fieldName($0, "headers", section) }
      policy.exposed = section.strings("expose").compactMap { fieldName($0, "expose", section) }
      policy.allowsCredentials = section.boolean("credentials") ?? false
      section.read("max_age_seconds", 0...86_400, into: &policy.maximumAgeSeconds)
      section.finish()
      if policy.allowsCredentials { checkCredentials(policy, section) }
      configuration.crossOrigin.append(policy)
    }
  }

  /// A browser refuses `*` where cookies go along, and so do we: it would open every account to every page.
  private static func checkCredentials(_ policy: CrossOriginConfiguration, _ section: ConfigurationMapping) {
    if policy.origins.contains(.any) {
      section.complain("credentials", "cannot go with the origin \"*\"; list the origins that may have them")
    }
    if (policy.headers + policy.exposed).contains("*") {
      section.complain("credentials", "cannot go with the field \"*\"; list the fields")
    }
  }

  private static func origin(
    _ item: (text: String, line: Int?), _ section: ConfigurationMapping
  ) -> CrossOriginConfiguration.Origin? {
    if let origin = CrossOriginConfiguration.Origin(item.text) { return origin }
    section.reader.complain(
      item.line,
      "origins in \(section.name) has \"\(item.text)\"; it must be an origin as browsers send it, such as "
        + "https://example.com, https://*.example.com, null or *")
    return nil
  }

  private static func method(_ item: (text: String, line: Int?), _ section: ConfigurationMapping) -> String? {
    if MethodSet(named: item.text) != nil { return item.text }
    let known = MethodSet.names.map(\.name).joined(separator: ", ")
    section.reader.complain(
      item.line, "methods in \(section.name) has \"\(item.text)\"; known are: \(known)")
    return nil
  }

  private static func fieldName(
    _ item: (text: String, line: Int?), _ key: String, _ section: ConfigurationMapping
  ) -> String? {
    if item.text == "*" || HeaderSection.isName(item.text) { return item.text }
    section.reader.complain(
      item.line, "\(key) in \(section.name) has \"\(item.text)\", which is not the name of a header field")
    return nil
  }
}

extension CrossOriginConfiguration.Origin {
  /// Reads an origin. Nil for what no browser sends: a path, capitals, the usual port of the scheme.
  package init?(_ text: String) {
    if text == "*" {
      self = .any
      return
    }
    if text == "null" {
      self = .exact(text)
      return
    }
    guard let end = text.firstRange(of: "://")?.upperBound else { return nil }
    let scheme = text[..<end]
    let isScheme = scheme.dropLast(3).utf8.allSatisfy {
      ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) || $0.digitValue != nil || $0 == UInt8(ascii: "-")
    }
    guard scheme.count > 3, isScheme else { return nil }
    let rest = text[end...]
    let isBelow = rest.hasPrefix("*.")
    let host = isBelow ? rest.dropFirst(2) : rest
    guard Self.isAuthority(host, scheme: String(scheme)) else { return nil }
    self = isBelow ? .below(scheme: String(scheme), suffix: "." + host) : .exact(text)
  }

  private static func isAuthority(_ text: Substring, scheme: String) -> Bool {
    var host = text
    let port = text.hasSuffix("]") ? nil : text.lastIndex(of: ":")
    if let port {
      host = text[..<port]
      guard let number = Int(text[text.index(after: port)...]), (1...65_535).contains(number) else {
        return false
      }
      if scheme == "https://" && number == 443 || scheme == "http://" && number == 80 { return false }
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      return ClientAddress(String(host.dropFirst().dropLast())) != nil
    }
    return !host.isEmpty && !host.hasPrefix(".") && !host.hasSuffix(".") && host.utf8.allSatisfy(isHostByte)
  }

  /// Lower case only: that is how browsers write a host.
  static func isHostByte(_ byte: UInt8) -> Bool {
    byte.digitValue != nil || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }
}
