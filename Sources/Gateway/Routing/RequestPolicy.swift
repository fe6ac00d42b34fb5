package import HTTPWire
package import NIOCore

/// Decides what happens to each request of one event loop, in the order of design.md: path, route, client rate
/// limit, token, action. It does no I/O and reads no clock; the ordinary request allocates nothing here.
package struct RequestPolicy: ~Copyable {
  package private(set) var plan: GatewayPlan
  private var tokens: TokenFilter

  package init(_ plan: GatewayPlan) {
    self.plan = plan
    tokens = TokenFilter(remembered: plan.configuration.token?.remembered ?? 0)
  }

  /// Goes on with another configuration.
  package mutating func use(_ plan: GatewayPlan) {
    self.plan = plan
  }

  /// Checks tokens against another key set. Call it only when the set has changed: what was remembered is
  /// forgotten.
  package mutating func useKeys(_ verification: any TokenVerification) {
    tokens.use(verification)
  }

  /// Asks about ended sessions from now on.
  package mutating func useRevocation(_ revocation: any SessionRevocation) {
    tokens.revocation = revocation
  }

  /// How many verified tokens are remembered.
  package var rememberedTokens: Int { tokens.rememberedCount }

  /// - Parameters:
  ///   - bytes: what `head` was read from.
  ///   - peer: the other end of the connection.
  ///   - nanoseconds: of a clock that never goes back.
  ///   - seconds: since 1970.
  package mutating func decide(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, peer: ClientAddress, nanoseconds: UInt64,
    seconds: Int
  ) -> RequestVerdict {
    let client = plan.trusted.client(
      peer: peer, forwardedFor: head.fields.value(.xForwardedFor), in: bytes)
    var verdict = RequestVerdict(client: client, action: .refuse(.notFound))
    do throws(GatewayError) {
      let path = try Self.path(of: head.target, in: bytes)
      if let answer = try preflight(head, path, in: bytes, &verdict) {
        verdict.action = .answer(answer)
        return verdict
      }
      let index = try route(head.method, path, in: bytes, &verdict)
      let rule = plan.rules[index]
      try limit(rule.configuration, client, nanoseconds, &verdict)
      try identify(rule.configuration, head.fields, in: bytes, seconds, &verdict)
      verdict.action = act(rule, head, path, in: bytes)
    } catch {
      verdict.action = .refuse(error)
    }
    return verdict
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
    guard let limit = verdict.limit else { return }
    plan.limiter.writeFields(limit.index, limit.decision, into: &buffer)
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

  private func limit(
    _ route: RouteConfiguration, _ client: ClientAddress, _ now: UInt64, _ verdict: inout RequestVerdict
  ) throws(GatewayError) {
    guard plan.limiter.isOn else { return }
    for index in route.rateLimits {
      let decision = plan.limiter.take(index, client: client, now: now)
      if verdict.limit.map({ decision.remaining < $0.decision.remaining }) ?? true || !decision.isAllowed {
        verdict.limit = (index, decision)
      }
      guard decision.isAllowed else { throw .rateLimited(decision) }
    }
  }

  private mutating func identify(
    _ route: RouteConfiguration, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, _ now: Int,
    _ verdict: inout RequestVerdict
  ) throws(GatewayError) {
    verdict.token = tokens.check(route.token, fields, in: bytes, now: now)
    if case .refused(let refusal) = verdict.token { throw GatewayError(refusal) }
  }

  private func act(
    _ rule: RouteRule, _ head: borrowing RequestHead, _ path: RequestPath, in bytes: Span<UInt8>
  ) -> RequestVerdict.Action {
    switch rule.action {
    case .site(let site): .answer(site.answer(head, path, in: bytes))
    case .upstream(let index): .forward(upstream: index)
    case .redirect(let redirect): .answer(redirect.answer(head.target, path, in: bytes))
    }
  }
}
