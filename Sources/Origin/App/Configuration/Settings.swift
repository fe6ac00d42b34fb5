import Foundation

/// Where a setting's value is found: the environment first, then a file of flat `KEY=value` lines.
/// Every read notes what is wrong instead of stopping, so that an operator sees all of it at once.
package struct Settings {
  /// Setting by setting, what is wrong and what would be right. Never a value: it may be a secret.
  package private(set) var mistakes: [String] = []
  private let values: [String: String]

  package init(environment: [String: String], file: String? = nil) throws {
    var values: [String: String] = [:]
    if let file { values = try Self.read(file: file) }
    self.values = values.merging(environment) { _, fromEnvironment in fromEnvironment }
  }

  package mutating func mistake(_ key: String, _ why: String) { mistakes.append("\(key) \(why)") }

  package func value(_ key: String) -> String? {
    guard let value = values[key], !value.isEmpty else { return nil }
    return value
  }

  package mutating func required(_ key: String, example: String) -> String {
    if let value = value(key) { return value }
    mistake(key, "is missing; it looks like \(example)")
    return ""
  }

  package mutating func int(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
    guard let text = value(key) else { return fallback }
    guard let number = Int(text), range.contains(number) else {
      mistake(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return fallback
    }
    return number
  }

  package mutating func bool(_ key: String, default fallback: Bool) -> Bool {
    switch value(key) {
    case nil: return fallback
    case "true", "1", "on": return true
    case "false", "0", "off": return false
    case _?:
      mistake(key, "must be true or false")
      return fallback
    }
  }

  package mutating func url(
    _ key: String, schemes: [String], example: String, default fallback: String? = nil
  )
    -> String
  {
    guard let text = value(key) ?? fallback else {
      mistake(key, "is missing; it looks like \(example)")
      return example
    }
    guard let scheme = URL(string: text)?.scheme, schemes.contains(scheme) else {
      mistake(
        key,
        "must be a URL that starts with \(schemes.map { "\($0)://" }.joined(separator: " or ")), such as \(example)"
      )
      return example
    }
    return text
  }

  /// `host:port`, an IPv6 host in brackets.
  package mutating func address(_ key: String, default fallback: String) -> SocketAddressSetting {
    let text = value(key) ?? fallback
    guard let address = SocketAddressSetting(text) else {
      mistake(key, "must be an address and a port, such as \(fallback)")
      return SocketAddressSetting(host: "127.0.0.1", port: 0)
    }
    return address
  }

  private static func read(file: String) throws -> [String: String] {
    var values: [String: String] = [:]
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let equals = line.firstIndex(of: "=") else {
        throw SettingsError(mistakes: ["\(file):\(number + 1): expected KEY=value"])
      }
      values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    return values
  }
}

/// All that is wrong with the settings, for the operator's terminal.
package struct SettingsError: Error, CustomStringConvertible {
  package var mistakes: [String]

  package var description: String {
    "The settings are not complete:\n" + mistakes.map { "  - \($0)" }.joined(separator: "\n")
  }
}

package struct SocketAddressSetting: Sendable, Equatable {
  package var host: String
  package var port: Int

  package init(host: String, port: Int) { (self.host, self.port) = (host, port) }

  package init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      0...65_535 ~= port
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: port)
  }
}
