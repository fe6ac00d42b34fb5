internal import HTTPWire

/// What the gateway would do to a request, in lines for people: `gateway explain GET /v2/slots -H "…"`. It asks the
/// same policy that decides for real, with rate limits that nobody has used.
package struct Explanation {
  /// Each says what one step decides, in the order of the steps. A new step adds itself here, and nothing else.
  private static let parts: [any ExplainedStep.Type] = [
    ClientStep.self, RouteStep.self, CrossOriginStep.self, RateLimitStep.self, TokenStep.self,
    SheddingStep.self, HeaderStep.self, FanOutStep.self, CacheStep.self,
    ActionStep.self, AnswerStep.self, ObservationStep.self,
  ]

  private let plan: GatewayPlan
  private let keys: (any TokenVerification)?

  /// - Parameters:
  ///   - plan: with a rate limit table of its own.
  ///   - keys: nil when the key set could not be fetched.
  package init(_ plan: GatewayPlan, keys: (any TokenVerification)?) {
    self.plan = plan
    self.keys = keys
  }

  /// - Parameters:
  ///   - url: a path with its query, or a whole http(s) URL.
  ///   - headers: `Name: value`.
  ///   - seconds: since 1970.
  package func lines(
    method: String, url: String, headers: [String], client: ClientAddress, seconds: Int
  ) -> [String] {
    let request = ExplanationLine("request", "\(method) \(url)").text
    let bytes = Self.head(method, url, headers)
    var head = RequestHead()
    do throws(HTTPWireError) {
      guard try head.parse(bytes.span) else {
        return [request, ExplanationLine("answer", "the head is not whole").text]
      }
    } catch {
      return [request, ExplanationLine.refusal(GatewayError(error)).text]
    }
    var policy = RequestPolicy(plan)
    if let keys { policy.useKeys(keys) }
    var verdict = policy.decide(head, in: bytes.span, peer: client, nanoseconds: 0, seconds: seconds)
    // As `Exchange` has it.
    if head.target.form == .asterisk { verdict.action = .answer(.serverOptions) }
    let limit = plan.configuration.limits.bodyBytes
    if case .length(let length) = head.framing, length > limit {
      verdict.action = .refuse(.bodyTooLarge(limit))
    }
    let subject = ExplainedRequest(plan: plan, bytes: bytes, peer: client, verdict: verdict)
    var lines = [request]
    for part in Self.parts { lines += part.lines(head, subject).map(\.text) }
    return lines
  }

  private static func head(_ method: String, _ url: String, _ headers: [String]) -> [UInt8] {
    var lines = ["\(method) \(url) HTTP/1.1"]
    if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) {
      lines.append("Host: \(host(of: url))")
    }
    return Array((lines + headers + ["", ""]).joined(separator: "\r\n").utf8)
  }

  /// An absolute target must agree with Host.
  private static func host(of url: String) -> String {
    guard url.hasPrefix("http"), let start = url.firstRange(of: "://")?.upperBound else { return "localhost" }
    return String(url[start...].prefix { $0 != "/" && $0 != "?" })
  }
}
