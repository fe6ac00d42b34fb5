internal import HTTPWire

/// Whose request it is.
enum ClientStep: ExplainedStep {
  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    let client = request.verdict.client
    let forwarded = request.value(.xForwardedFor, head)
    let reason: String
    if client != request.peer {
      reason = ", from X-Forwarded-For: \(request.peer) is one of trusted_proxies"
    } else if forwarded != nil {
      reason = "; its X-Forwarded-For is dropped, since \(request.peer) is none of trusted_proxies"
    } else {
      reason = ""
    }
    return [ExplanationLine("client", "\(client)\(reason)")]
  }
}
