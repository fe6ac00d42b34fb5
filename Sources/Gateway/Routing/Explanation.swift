internal import NIOCore
internal import HTTPWire

/// What the gateway would do to a request, in lines for people: `gateway explain GET /v2/slots -H "…"`. It asks the
/// same policy that decides for real, with rate limits that nobody has used.
package struct Explanation {
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
    var lines = [line("request", "\(method) \(url)")]
    let bytes = head(method, url, headers)
    var head = RequestHead()
    do throws(HTTPWireError) {
      guard try head.parse(bytes.span) else { return lines + [line("answer", "the head is not whole")] }
    } catch {
      return lines + [refusal(GatewayError(error))]
    }
    var policy = RequestPolicy(plan)
    if let keys { policy.useKeys(keys) }
    let verdict = policy.decide(head, in: bytes.span, peer: client, nanoseconds: 0, seconds: seconds)
    lines.append(line("client", "\(verdict.client)"))
    lines += route(verdict)
    if let cache = verdict.route.flatMap({ plan.configuration.routes[$0].cache }) {
      lines.append(line("cache", CacheExplanation.text(cache, head, in: bytes.span, verdict)))
    }
    lines += action(verdict)
    return lines
  }

  private func head(_ method: String, _ url: String, _ headers: [String]) -> [UInt8] {
    var lines = ["\(method) \(url) HTTP/1.1"]
    if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) {
      lines.append("Host: \(host(of: url))")
    }
    return Array((lines + headers + ["", ""]).joined(separator: "\r\n").utf8)
  }

  /// An absolute target must agree with Host.
  private func host(of url: String) -> String {
    guard url.hasPrefix("http"), let start = url.firstRange(of: "://")?.upperBound else { return "localhost" }
    return String(url[start...].prefix { $0 != "/" && $0 != "?" })
  }

  private func route(_ verdict: RequestVerdict) -> [String] {
    guard let index = verdict.route else { return [line("route", "none")] }
    let route = plan.configuration.routes[index]
    let methods = route.methods == .all ? "any method" : route.methods.allowField
    var lines = [line("route", "\(index + 1): \(route.path) (\(methods))")]
    let words = LimitExplanation(plan, index)
    lines += words.addresses(verdict.client).map { line("address", $0) }
    lines += words.limits(verdict).map { line("limit", $0) }
    lines.append(line("token", token(route, verdict)))
    lines += words.requirements(verdict).map { line("require", $0) }
    lines += words.priority().map { line("shed", $0) }
    if let set = route.headers {
      let names = plan.configuration.headerSets[set].fields.map(\.name).joined(separator: ", ")
      lines.append(line("headers", "\(plan.configuration.headerSets[set].name): \(names)"))
    }
    return lines
  }

  private func token(_ route: RouteConfiguration, _ verdict: RequestVerdict) -> String {
    let found =
      switch verdict.token {
      case .ignored: "not looked at"
      case .anonymous: "none was sent, which is allowed"
      case .apiKey: "an API key, which origin checks"
      case .verified(let token):
        "verified, of subject \(token.subject)"
          + (verdict.cookieToken == nil ? "" : ", from the cookie, which goes on as Authorization")
      case .refused(.noKeys): "cannot be checked: no key set could be fetched"
      case .refused(let refusal): "refused: \(refusal)"
      }
    return "\(route.token.rawValue): \(found)"
  }

  private func action(_ verdict: RequestVerdict) -> [String] {
    switch verdict.action {
    case .forward(let index):
      let upstream = plan.configuration.upstreams[index]
      let servers = upstream.servers.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
      return [line("action", "forward to \(upstream.name): \(servers)")]
    case .answer(let answer):
      let head = String(buffer: answer.head).split(separator: "\r\n").map { line("", String($0)) }
      return [line("action", "answer, \(answer.body.readableBytes) bytes")] + head
    case .refuse(let error):
      return [refusal(error)]
    }
  }

  private func refusal(_ error: GatewayError) -> String {
    line("action", "refuse with \(error.status) \(error.code.rawValue): \(error.message)")
  }

  private func line(_ name: String, _ text: String) -> String {
    name + String(repeating: " ", count: max(1, 9 - name.count)) + text
  }
}
