import JSON

/// Settings that only pages and mails look at. They are checked for their type, kept as given and given back.
enum EventTypeSettings {
  enum Kind { case text, bool, object, layouts, colors }

  static let known: [(key: String, kind: Kind, fallback: JSONValue)] = [
    ("customName", .text, .null),
    ("successRedirectUrl", .text, .null),
    ("bookerLayouts", .layouts, .null),
    ("color", .colors, .null),
    ("destinationCalendar", .object, .null),
    ("calVideoSettings", .object, .null),
    ("useDestinationCalendarEmail", .bool, .bool(false)),
    ("hideCalendarNotes", .bool, .bool(false)),
    ("hideCalendarEventDetails", .bool, .bool(false)),
    ("hideOrganizerEmail", .bool, .bool(false)),
    ("lockTimeZoneToggleOnBookingPage", .bool, .bool(false)),
  ]

  static func write(_ settings: JSONObject, to json: inout JSONWriter) {
    for (key, _, fallback) in known {
      json.key(key)
      json.value(settings[key] ?? fallback)
    }
  }
}

extension Input {
  /// Takes the settings that were sent over into `settings`.
  mutating func settings(into settings: inout JSONObject) {
    for (key, kind, _) in EventTypeSettings.known where has(key) {
      switch kind {
      case .text: settings[key] = optionalText(key, 0...2000).map(JSONValue.string)
      case .bool: settings[key] = optionalBool(key).map(JSONValue.bool)
      case .object:
        let value = value(key)
        if let value, value.object == nil { mistake(key, "must be an object, not \(value.kind)") }
        if let value, value.bytes.count > 4000 { mistake(key, "must have at most 4000 bytes") }
        settings[key] = value
      case .layouts:
        _ = object(key) { $0.layouts() }
        settings[key] = value(key)
      case .colors:
        _ = object(key) { input in
          for theme in ["lightThemeColor", "darkThemeColor"] { input.color(theme) }
        }
        settings[key] = value(key)
      }
    }
    if let url = settings["successRedirectUrl"]?.string, !url.isEmpty, !url.hasPrefix("https://"),
      !url.hasPrefix("http://")
    {
      mistake("successRedirectUrl", "must be an http or https URL")
    }
  }

  /// `{defaultLayout, enabledLayouts}`, the first among the second.
  private mutating func layouts() {
    let known = ["month", "week", "column"]
    let first = choice("defaultLayout", of: known)
    guard let enabled = texts("enabledLayouts", max: 3, 1...10) else {
      mistake("enabledLayouts", "is required")
      return
    }
    if !enabled.allSatisfy(known.contains) {
      mistake("enabledLayouts", "must be of \(known.joined(separator: ", "))")
    } else if first.map({ !enabled.contains($0) }) ?? true {
      mistake("defaultLayout", "must be one of enabledLayouts")
    }
  }

  private mutating func color(_ key: String) {
    guard let text = optionalText(key, 1...20) else { return }
    if text.wholeMatch(of: #/\#([0-9a-fA-F]{3}){1,2}/#) == nil {
      mistake(key, "must be a colour such as #fafafa")
    }
  }
}
