import JSON

/// How a business's pages look and what they show: kept as given, nothing of it decides whether a booking is right.
enum TeamBranding {
  fileprivate enum Kind { case flag, color, url, theme, timeFormat }

  fileprivate static let members: [(key: String, kind: Kind)] = [
    ("hideBranding", .flag), ("isPrivate", .flag), ("hideBookATeamMember", .flag), ("theme", .theme),
    ("brandColor", .color), ("darkBrandColor", .color), ("bannerUrl", .url), ("appLogo", .url),
    ("appIconLogo", .url), ("calVideoLogo", .url), ("timeFormat", .timeFormat),
  ]

  static func write(_ branding: JSONObject, to json: inout JSONWriter) {
    for (key, kind) in members {
      json.key(key)
      json.value(branding[key] ?? (kind == .flag ? .bool(false) : .null))
    }
  }
}

extension Input {
  /// Takes over what is sent; null takes away.
  mutating func branding(onto branding: inout JSONObject) {
    for (key, kind) in TeamBranding.members where has(key) {
      branding[key] = brandingValue(key, kind)
    }
  }

  private mutating func brandingValue(_ key: String, _ kind: TeamBranding.Kind) -> JSONValue? {
    switch kind {
    case .flag: return optionalBool(key).map(JSONValue.bool)
    case .url: return url(key).map(JSONValue.string)
    case .theme: return choice(key, of: ["light", "dark"]).map(JSONValue.string)
    case .timeFormat:
      let format = optionalInt(key, 12...24)
      if let format, format != 12, format != 24 { mistake(key, "must be 12 or 24") }
      return format.map(JSONValue.int)
    case .color:
      let color = optionalText(key, 1...9)
      if let color, !Self.isColor(color) { mistake(key, "must be a colour such as #22aa88") }
      return color.map(JSONValue.string)
    }
  }

  private static func isColor(_ text: String) -> Bool {
    text.hasPrefix("#") && [3, 4, 6, 8].contains(text.utf8.count - 1)
      && text.utf8.dropFirst().allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
          UInt8(ascii: "A")...UInt8(ascii: "F"):
          true
        default: false
        }
      }
  }
}
