import HTTPTypes

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-Id")!
  static let calAPIVersion = HTTPField.Name("cal-api-version")!
  static let cacheTag = HTTPField.Name("Cache-Tag")!
  static let cachePurgeTags = HTTPField.Name("Cache-Purge-Tags")!
  static let lastEventID = HTTPField.Name("Last-Event-ID")!
  static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
  static let traceparent = HTTPField.Name("traceparent")!
}

extension HTTPFields {
  /// As the subscript, which asks three generic sequences before it says that there is none.
  func value(_ name: HTTPField.Name) -> String? {
    contains(name) ? self[name] : nil
  }
}
