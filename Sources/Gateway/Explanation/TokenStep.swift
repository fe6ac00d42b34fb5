internal import HTTPWire

/// Who the caller is.
enum TokenStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    guard let route = request.route, let index = request.verdict.route else { return [] }
    let found =
      switch request.verdict.token {
      case .ignored: "not looked at"
      case .anonymous: "none was sent, which is allowed"
      case .apiKey: "an API key, which origin checks"
      case .verified(let token):
        "verified, of subject \(token.subject)"
          + (request.verdict.cookieToken == nil ? "" : ", from the cookie, which goes on as Authorization")
      case .refused(.noKeys): "cannot be checked: no key set could be fetched"
      case .refused(let refusal): "refused: \(refusal)"
      }
    return [ExplanationLine("token", "\(route.token.rawValue): \(found)")]
      + LimitExplanation(request.plan, index).requirements(request.verdict).map {
        ExplanationLine("require", $0)
      }
  }
}
