internal import Redis

/// `rate_limits`: limits by name, and `rate_limit_keys`.
enum RateLimitSection {
  /// Not the name of a limit: what gateways share their limits through.
  private static let shared = "shared"
  private static let windowKeys = ["requests", "per_seconds", "burst"]

  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    root.read("rate_limit_keys", 1_024...1 << 28, into: &configuration.rateLimitKeys)
    for (name, section) in root.named("rate_limits") {
      if name == shared {
        configuration.sharedLimits = sharedLimits(section)
      } else if let limit = limit(name, section) {
        configuration.rateLimits.append(limit)
      }
    }
  }

  private static func limit(_ name: String, _ section: ConfigurationMapping) -> RateLimitConfiguration? {
    if !isPlain(name) {
      section.reader.complain(section.line, "\(section.name) must have a name of letters, digits, - and _")
    }
    let key = key(section)
    let isList = section.has("windows")
    let sections = isList ? section.mappings("windows", required: true) : [section]
    if isList {
      for other in windowKeys where section.string(other) != nil {
        section.complain(other, "stands beside windows; write it into one of them")
      }
    }
    if sections.count > RateLimitReadings.capacity {
      section.complain("windows", "has \(sections.count); at most \(RateLimitReadings.capacity) are counted")
    }
    let windows = sections.compactMap { window(name, $0, isOneOfMany: sections.count > 1) }
    if isList { for window in sections { window.finish() } }
    let counts = section.strings("counts").compactMap { status($0, section) }
    section.finish()
    if Set(windows.map(\.policy)).count < windows.count {
      section.complain("windows", "has two with the same per_seconds")
    }
    var limit = RateLimitConfiguration(name: name, key: key ?? .clientIP, windows: windows)
    limit.counts = counts
    return windows.isEmpty ? nil : limit
  }

  private static func key(_ section: ConfigurationMapping) -> RateLimitConfiguration.Key? {
    guard let text = section.string("key", required: true) else { return nil }
    guard let key = RateLimitConfiguration.Key(text) else {
      section.complain(
        "key",
        "is \"\(text)\"; it must be one of client_ip, subject, api_key, caller, route and header:NAME")
      return nil
    }
    if case .header(let name) = key, !HeaderSection.isName(name) {
      section.complain("key", "is \"\(text)\"; \"\(name)\" is not the name of a header field")
    }
    return key
  }

  private static func window(
    _ name: String, _ section: ConfigurationMapping, isOneOfMany: Bool
  ) -> RateLimitConfiguration.Window? {
    let requests = section.integer("requests", 1...1_000_000, required: true)
    let seconds = section.integer("per_seconds", 1...86_400, required: true)
    let burst = section.integer("burst", 1...10_000_000)
    guard let requests, let seconds else { return nil }
    if requests / seconds > 10_000 {
      section.complain("requests", "is more than 10000 a second for one key, which is not worth counting")
    }
    if let burst, burst > requests * 10 {
      section.complain("burst", "is \(burst); it must be at most ten times requests")
    }
    return RateLimitConfiguration.Window(
      policy: isOneOfMany ? "\(name)-\(seconds)s" : name, requests: requests, perSeconds: seconds,
      burst: burst ?? requests)
  }

  private static func status(
    _ item: (text: String, line: Int?), _ section: ConfigurationMapping
  ) -> Int? {
    guard let status = Int(item.text), (200...599).contains(status) else {
      section.reader.complain(
        item.line, "counts in \(section.name) has \"\(item.text)\"; it must be a status from 200 to 599")
      return nil
    }
    return status
  }

  private static func sharedLimits(_ section: ConfigurationMapping) -> SharedLimitConfiguration? {
    let url = section.string("redis_url", required: true)
    var settle = 200
    section.read("settle_ms", 10...60_000, into: &settle)
    let prefix = section.string("prefix")
    section.finish()
    guard let url else { return nil }
    do throws(RedisError) {
      var shared = SharedLimitConfiguration(redis: try RedisConfiguration(url: url))
      shared.redis.commandTimeout = .seconds(1)
      shared.settleMilliseconds = settle
      if let prefix { shared.prefix = prefix }
      return shared
    } catch {
      // Says nothing of the URL, which may hold a password.
      section.complain("redis_url", "cannot be used: \(error)")
      return nil
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
