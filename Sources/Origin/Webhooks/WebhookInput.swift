import JSON

extension Input {
  /// - Parameters:
  ///   - isNew: whether everything that a webhook needs must be there.
  ///   - allowsPrivate: whether it may be sent into our own network.
  mutating func webhook(isNew: Bool, allowsPrivate: Bool) -> WebhookChanges {
    var changes = WebhookChanges()
    changes.active = optionalBool("active")
    changes.subscriberURL = subscriberURL("subscriberUrl", allowsPrivate: allowsPrivate)
    changes.triggers = triggers("triggers")
    changes.version = choice("version", of: [Webhook.version])
    changes.payloadTemplate = clearableText("payloadTemplate", longest: 50_000)
    changes.secret = clearableText("secret", longest: 1000)
    if isNew {
      if changes.active == nil { mistake("active", "is required") }
      if changes.subscriberURL == nil { mistake("subscriberUrl", "is required") }
      if changes.triggers == nil { mistake("triggers", "is required") }
    }
    return changes
  }

  private mutating func subscriberURL(_ key: String, allowsPrivate: Bool) -> String? {
    guard let text = optionalText(key, 1...SubscriberURL.longest) else { return nil }
    if let url = SubscriberURL(text) {
      if url.isPrivate, !allowsPrivate {
        mistake(key, "must not lead to this machine or a private network; name a host of the public internet")
      }
    } else {
      mistake(
        key, "must be an http or https URL such as https://example.com/hook, in ASCII and without a user name"
      )
    }
    return text
  }

  private mutating func triggers(_ key: String) -> [String]? {
    guard let names = texts(key, max: 50, 1...100) else { return nil }
    if names.isEmpty { mistake(key, "must name at least one trigger") }
    for (index, name) in names.enumerated() where WebhookTrigger(rawValue: name) == nil {
      mistake(
        "\(key).\(index)", "must be one of \(WebhookTrigger.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// Null and empty text take it away.
  private mutating func clearableText(_ key: String, longest: Int) -> String?? {
    guard has(key) else { return .none }
    guard let text = optionalText(key, 0...longest), !text.isEmpty else { return .some(nil) }
    return .some(text)
  }
}
