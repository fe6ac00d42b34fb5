internal import HTTPWire

/// The budgets that the request takes from.
enum RateLimitStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let route = request.route else { return [] }
    if route.rateLimits.isEmpty { return [ExplanationLine("limit", "none")] }
    return route.rateLimits.map { ExplanationLine("limit", budget($0, request.plan)) }
  }

  private static func budget(_ index: Int, _ plan: GatewayPlan) -> String {
    let limit = plan.configuration.rateLimits[index]
    let budget =
      "\(limit.requests) in \(limit.perSeconds) s, \(limit.burst) at once, by \(limit.key.rawValue)"
    return plan.limiter.isOn ? "\(limit.name): \(budget)" : "\(limit.name): \(budget); lifted"
  }
}
