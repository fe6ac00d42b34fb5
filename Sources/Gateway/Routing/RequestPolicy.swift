package import HTTPWire
package import JWT
package import NIOCore

/// Decides what happens to each request of one event loop, in the order of design.md: client and route, addresses,
/// client rate limits, token, caller rate limits, action. It does no I/O and reads no clock; the ordinary request
/// allocates nothing here.
package struct RequestPolicy: ~Copyable {
  package private(set) var plan: GatewayPlan
  private var tokens: TokenFilter
  private var limits: LimitFilter
  private var keys: VerificationKeySet?

  package init(_ plan: GatewayPlan) {
    self.plan = plan
    tokens = TokenFilter(plan.configuration.token)
    limits = plan.limitFilter
    useKeysOfFile()
  }

  /// Goes on with another configuration.
  package mutating func use(_ plan: GatewayPlan) {
    let old = self.plan.configuration.token
    self.plan = plan
    limits = plan.limitFilter
    guard let token = plan.configuration.token, token != old else { return }
    let revocation = tokens.revocation
    tokens = TokenFilter(token)
    tokens.revocation = revocation
    if token.keySet != nil {
      useKeysOfFile()
    } else if let keys, token.keySetPath == old?.keySetPath {
      tokens.use(JWTVerification(token, keys: keys))
    }
  }

  /// Checks tokens against another key set. Call it only when the set has changed: what was remembered is
  /// forgotten.
  package mutating func useKeys(_ keys: VerificationKeySet) {
    self.keys = keys
    if let token = plan.configuration.token { tokens.use(JWTVerification(token, keys: keys)) }
  }

  /// Checks tokens by somebody else.
  package mutating func useKeys(_ verification: any TokenVerification) {
    tokens.use(verification)
  }

  /// Which keys may be missing from the set; without it a key that is not in the set is unknown.
  package mutating func useKnowledge(_ knowledge: KeyKnowledge) { tokens.knowledge = knowledge }

  private mutating func useKeysOfFile() {
    // It has been read once when the configuration was checked.
    guard let bytes = plan.configuration.token?.keySet, let keys = try? VerificationKeySet(jwks: bytes) else {
      return
    }
    useKeys(keys)
  }

  /// Sessions that have ended are refused from now on.
  package mutating func useRevocation(_ revocation: any SessionRevocation) {
    tokens.revocation = revocation
  }

  /// How many verified tokens are remembered.
  package var rememberedTokens: Int { tokens.rememberedCount }
  /// Signatures that were checked.
  package var tokenChecks: Int { tokens.checkCount }

  /// What the limits have decided since it was asked last, by the place of the budget.
  package mutating func takeTallies() -> [(allowed: Int, refused: Int)] { limits.takeTallies() }

  /// What other gateways are to be told.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package mutating func takeLedger(now: UInt64) -> RateLimitLedger.Page {
    limits.takeLedger(plan.limiter, now: now)
  }

  /// - Parameters:
  ///   - bytes: what `head` was read from.
  ///   - peer: the other end of the connection.
  ///   - nanoseconds: of a clock that never goes back.
  ///   - seconds: since 1970.
  package mutating func decide(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, peer: ClientAddress, nanoseconds: UInt64,
    seconds: Int
  ) -> RequestVerdict {
    let client = plan.trusted.client(peer: peer, head.fields, in: bytes)
    var verdict = RequestVerdict(client: client, action: .refuse(.notFound))
    do throws(GatewayError) {
      try admit(client, plan.configuration.addresses)
      let path = try Self.path(of: head.target, in: bytes)
      if let answer = try preflight(head, path, in: bytes, &verdict) {
        verdict.action = .answer(answer)
        return verdict
      }
      let index = try route(head.method, path, in: bytes, &verdict)
      let rule = plan.rules[index]
      try admit(client, rule.configuration.addresses)
      try limit(rule.limits.beforeToken, head.fields, in: bytes, nanoseconds, &verdict)
      let refusal = identify(rule, head, in: bytes, nanoseconds, seconds, &verdict)
      if case .refused(.newKey) = verdict.token {
        verdict.action = .hold
        return verdict
      }
      // Who shows a wrong token is a caller too, counted by his address.
      try limit(rule.limits.afterToken, head.fields, in: bytes, nanoseconds, &verdict)
      if let refusal { throw refusal }
      verdict.action = act(rule, head, path, in: bytes)
    } catch {
      verdict.action = .refuse(error)
    }
    return verdict
  }

  /// Goes on with a request that was held.
  ///
  /// - Parameters:
  ///   - held: what was decided about it, by the plan of now.
  ///   - since: when it came.
  package mutating func decide(
    again held: RequestVerdict, _ head: borrowing RequestHead, in bytes: Span<UInt8>, since: UInt64,
    nanoseconds: UInt64, seconds: Int
  ) -> RequestVerdict {
    var verdict = held
    guard let route = held.route else { return verdict }
    let rule = plan.rules[route]
    do throws(GatewayError) {
      let path = try Self.path(of: head.target, in: bytes)
      let refusal = identify(rule, head, in: bytes, nanoseconds, seconds, since: since, &verdict)
      try limit(rule.limits.afterToken, head.fields, in: bytes, nanoseconds, &verdict)
      if let refusal { throw refusal }
      verdict.action = act(rule, head, path, in: bytes)
    } catch {
      verdict.action = .refuse(error)
    }
    return verdict
  }

  /// The status of the answer is known, to a request that has paid in advance or shown an API key.
  ///
  /// - Parameter status: nil when nobody will know it.
  package mutating func settle(
    _ deposits: RateLimitDeposits, _ rule: RouteRule, status: Int?, nanoseconds: UInt64,
    _ readings: inout RateLimitReadings
  ) {
    limits.settle(
      deposits, of: rule.limits, plan.limiter, status: status, now: nanoseconds, &readings)
  }

  /// The answer to an error of this or a later step.
  ///
  /// - Parameters:
  ///   - head: the request's, nil when there is none that could be read.
  ///   - milliseconds: since 1970.
  package func answer(
    to error: GatewayError, route: Int?, _ head: borrowing RequestHead, in bytes: Span<UInt8>,
    milliseconds: Int
  ) -> LocalAnswer {
    let rule = route.map { plan.rules[$0] }
    return ErrorAnswer.render(
      error, path: bytes.extracting(head.target.path).text,
      audience: ErrorAudience(head.fields, in: bytes, isPage: rule?.isPage ?? false),
      pages: plan.errorPages, isHead: head.method == .head,
      timestamp: HTTPDate.timestamp(milliseconds: milliseconds),
      fields: rule?.headers.lines ?? ByteBuffer())
  }

  /// The lines that the gateway adds to the answer of a request, whoever gives it: the rate limit's. To what an
  /// upstream answers come the lines of `plan.rules[route].headers` too.
  package func writeFields(of verdict: RequestVerdict, into buffer: inout ByteBuffer) {
    guard let route = verdict.route else { return }
    plan.rules[route].limits.writeFields(verdict.limits, into: &buffer)
  }

  private static func path(
    of target: RequestTarget, in bytes: Span<UInt8>
  ) throws(GatewayError) -> RequestPath {
    if target.path.isEmpty, target.form == .absolute { return .root }
    do throws(PathRefusal) {
      return try RequestPath(target.path, in: bytes)
    } catch {
      throw GatewayError(error)
    }
  }

  /// The answer to a browser that asks whether it may; nil when nobody asks, or the route leaves it to its upstream.
  /// No limit counts it and no token is looked at: browsers send none, and a budget is for requests.
  private func preflight(
    _ head: borrowing RequestHead, _ path: RequestPath, in bytes: Span<UInt8>, _ verdict: inout RequestVerdict
  ) throws(GatewayError) -> LocalAnswer? {
    guard head.method == .options, let request = PreflightRequest(head, in: bytes) else { return nil }
    let place =
      switch plan.routes.match(request.method, path, in: bytes) {
      case .route(let index), .methodNotAllowed(_, let index): index
      case .notFound: -1
      }
    guard place >= 0, let policy = plan.rules[place].crossOrigin else { return nil }
    verdict.route = place
    return try policy.answerPreflight(from: request.origin, in: bytes)
  }

  private func route(
    _ method: HTTPMethod, _ path: RequestPath, in bytes: Span<UInt8>, _ verdict: inout RequestVerdict
  ) throws(GatewayError) -> Int {
    switch plan.routes.match(method, path, in: bytes) {
    case .route(let index):
      verdict.route = index
      return index
    case .methodNotAllowed(let allowed, let index):
      verdict.route = index
      if case .site(let site) = plan.rules[index].action, site.file(at: path, in: bytes) == nil {
        throw .notFound
      }
      throw .methodNotAllowed(allowed)
    case .notFound:
      throw .notFound
    }
  }

  @inline(__always)
  private func admit(_ client: ClientAddress, _ rule: AddressRule) throws(GatewayError) {
    guard rule.isOpen || rule.admits(client) else { throw .addressDenied }
  }

  private mutating func limit(
    _ entries: [RouteLimits.Entry], _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, _ now: UInt64,
    _ verdict: inout RequestVerdict
  ) throws(GatewayError) {
    guard !entries.isEmpty, plan.limiter.isOn else { return }
    try limits.ask(entries, of: plan.limiter, for: fields, in: bytes, now: now, &verdict)
  }

  /// - Parameter route: not its configuration, which is a copy of many parts when it is handed over.
  private mutating func identify(
    _ route: RouteRule, _ head: borrowing RequestHead, in bytes: Span<UInt8>, _ nanoseconds: UInt64,
    _ now: Int, since: UInt64? = nil, _ verdict: inout RequestVerdict
  ) -> GatewayError? {
    guard route.configuration.token != .none else { return nil }
    let caller = TokenFilter.Caller(
      client: verdict.client, limiter: plan.limiter, nanoseconds: nanoseconds, waitedSince: since)
    verdict.token = tokens.check(
      route.configuration.token, head, in: bytes, now: now, caller, cookie: &verdict.cookieToken)
    if !route.configuration.requirements.isEmpty,
      !Self.satisfies(verdict.token, route.configuration.requirements)
    {
      verdict.token = .refused(.insufficient)
    }
    guard case .refused(let refusal) = verdict.token else { return nil }
    if refusal == .tooManyFailures,
      let decision = plan.limiter.refusal(forTokensOf: verdict.client, now: nanoseconds)
    {
      return GatewayError(refusal).with("Retry-After", String(decision.retryAfterSeconds))
    }
    return GatewayError(refusal)
  }

  /// What an API key may do is not known here, so that it does not satisfy anything; other refusals stay what they
  /// are.
  private static func satisfies(
    _ token: TokenOutcome, _ requirements: [RouteConfiguration.Requirement]
  ) -> Bool {
    switch token {
    case .verified(let token): requirements.allSatisfy(token.satisfies)
    case .apiKey: false
    case .ignored, .anonymous, .refused: true
    }
  }

  private func act(
    _ rule: RouteRule, _ head: borrowing RequestHead, _ path: RequestPath, in bytes: Span<UInt8>
  ) -> RequestVerdict.Action {
    switch rule.action {
    case .site(let site): .answer(site.answer(head, path, in: bytes))
    // Who may not be asked in our place is answered by us (RFC 9110, 7.6.2).
    case .upstream where head.maxForwards == 0: .answer(.serverOptions)
    case .upstream(let index): .forward(upstream: index)
    case .redirect(let redirect): .answer(redirect.answer(head.target, path, in: bytes))
    }
  }
}
