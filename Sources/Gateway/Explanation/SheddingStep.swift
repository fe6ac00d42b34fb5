internal import HTTPWire

/// When the request would be refused because the upstream is slow.
enum SheddingStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let index = request.verdict.route else { return [] }
    return LimitExplanation(request.plan, index).priority().map { ExplanationLine("shed", $0) }
  }
}
