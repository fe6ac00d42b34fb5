internal import HTTPWire

/// The fields that the route sets.
enum HeaderStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let set = request.route?.headers.map({ request.configuration.headerSets[$0] }) else { return [] }
    return [ExplanationLine("headers", "\(set.name): \(set.fields.map(\.name).joined(separator: ", "))")]
  }
}
