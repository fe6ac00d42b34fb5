import HTTPTypes

extension HTTPField.Name {
  static let requestID = HTTPField.Name("X-Request-Id")!
  static let calAPIVersion = HTTPField.Name("cal-api-version")!
  static let traceparent = HTTPField.Name("traceparent")!
}
