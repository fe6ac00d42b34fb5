internal import HTTPWire

/// Whether the address is admitted, and the budgets that the request takes from.
enum RateLimitStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let index = request.verdict.route else { return [] }
    let words = LimitExplanation(request.plan, index)
    return words.addresses(request.verdict.client).map { ExplanationLine("address", $0) }
      + words.limits(request.verdict).map { ExplanationLine("limit", $0) }
  }
}
