/// `rate_limits`: budgets by name, and `rate_limit_keys`.
enum RateLimitSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    root.read("rate_limit_keys", 1_024...1 << 28, into: &configuration.rateLimitKeys)
    for (name, section) in root.named("rate_limits") {
      if !isPlain(name) {
        section.reader.complain(section.line, "\(section.name) must have a name of letters, digits, - and _")
      }
      let requests = section.integer("requests", 1...1_000_000, required: true) ?? 1
      let seconds = section.integer("per_seconds", 1...86_400, required: true) ?? 1
      let burst = section.integer("burst", 1...10_000_000) ?? requests
      let key = section.choice("key", RateLimitConfiguration.Key.self, required: true)
      section.finish()
      if requests / seconds > 10_000 {
        section.complain("requests", "is more than 10000 a second for one key, which is not worth counting")
      }
      if burst > requests * 10 {
        section.complain("burst", "is \(burst); it must be at most ten times requests")
      }
      configuration.rateLimits.append(
        RateLimitConfiguration(
          name: name, requests: requests, perSeconds: seconds, burst: burst, key: key ?? .clientIP))
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 64
      && name.utf8.allSatisfy {
        $0.digitValue != nil
          || ($0.lowercasedASCII >= UInt8(ascii: "a") && $0.lowercasedASCII <= UInt8(ascii: "z"))
          || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
  }
}
