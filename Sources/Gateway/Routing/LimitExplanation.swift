/// What `gateway explain` says of addresses, limits and priority of a route.
struct LimitExplanation {
  private let plan: GatewayPlan
  private let rule: RouteRule

  init(_ plan: GatewayPlan, _ route: Int) {
    self.plan = plan
    rule = plan.rules[route]
  }

  func addresses(_ client: ClientAddress) -> [String] {
    let rules = [
      ("everywhere", plan.configuration.addresses), ("on this route", rule.configuration.addresses),
    ]
    return rules.compactMap { place, rule in
      rule.isOpen ? nil : "\(client) is \(rule.admits(client) ? "admitted" : "denied") \(place)"
    }
  }

  /// Each budget with what is left of it, or why it was not asked.
  func limits(_ verdict: RequestVerdict) -> [String] {
    let limits = rule.configuration.rateLimits
    if limits.isEmpty { return ["none"] }
    var slot = 0
    var lines: [String] = []
    for limit in limits {
      let configuration = plan.configuration.rateLimits[limit.place]
      for window in configuration.windows {
        lines.append(
          "\(window.policy): \(budget(window)), by \(configuration.key)\(terms(configuration, limit.cost))"
            + "; \(state(slot, verdict))")
        slot += 1
      }
    }
    return lines
  }

  func requirements(_ verdict: RequestVerdict) -> [String] {
    rule.configuration.requirements.map { requirement in
      "\(requirement.claim) must be \(requirement.values.joined(separator: " or "))"
    }
  }

  func priority() -> [String] {
    guard case .upstream(let place) = rule.action,
      let above = plan.configuration.upstreams[place].shedMilliseconds
    else { return [] }
    switch rule.configuration.priority {
    case .critical: return ["never, however slow the upstream is"]
    case .normal: return ["when answers take more than \(above) ms and no connection is free"]
    case .low: return ["first, when answers take more than \(above) ms"]
    }
  }

  private func budget(_ window: RateLimitConfiguration.Window) -> String {
    "\(window.requests) in \(window.perSeconds) s, \(window.burst) at once"
  }

  private func terms(_ limit: RateLimitConfiguration, _ cost: Int) -> String {
    var terms = cost == 1 ? "" : ", this costs \(cost)"
    if !limit.counts.isEmpty {
      terms += ", only answers \(limit.counts.map(String.init).joined(separator: ", ")) count"
    }
    if plan.configuration.sharedLimits != nil { terms += ", shared" }
    return terms
  }

  private func state(_ slot: Int, _ verdict: RequestVerdict) -> String {
    guard plan.limiter.isOn else { return "lifted" }
    for index in 0..<verdict.limits.count where verdict.limits.slot(index) == slot {
      return "\(verdict.limits.remaining(index)) left"
    }
    return "not asked"
  }
}
