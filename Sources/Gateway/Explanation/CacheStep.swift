internal import HTTPWire

/// Whether the answer may come from the cache, and under which key it is stored.
enum CacheStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let cache = request.route?.cache else { return [] }
    return [
      ExplanationLine("cache", CacheExplanation.text(cache, head, in: request.bytes.span, request.verdict))
    ]
  }
}
