internal import HTTPWire

/// What pages of other origins may do.
enum CrossOriginStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let policy = request.rule?.crossOrigin else { return [] }
    let name = policy.configuration.name
    guard let origin = head.fields.value(.origin) else {
      return [ExplanationLine("cors", "\(name): the request names no origin")]
    }
    let words =
      policy.allows(origin, in: request.bytes.span) ? "may read the answer" : "may not read the answer"
    let text = String(decoding: request.bytes[origin], as: UTF8.self)
    let isPreflight = PreflightRequest(head, in: request.bytes.span) != nil
    return [
      ExplanationLine("cors", "\(name): \(text) \(words)\(isPreflight ? "; a preflight, answered here" : "")")
    ]
  }
}
