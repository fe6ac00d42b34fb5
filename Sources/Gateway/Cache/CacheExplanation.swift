internal import HTTPWire

/// What the cache would make of a request, in a sentence for people.
enum CacheExplanation {
  static func text(
    _ settings: RouteCacheConfiguration, _ head: borrowing RequestHead, in bytes: Span<UInt8>,
    _ verdict: RequestVerdict
  ) -> String {
    guard head.method == .get || head.method == .head else {
      return "passes; if it succeeds, what is stored under its target is thrown out"
    }
    var key: [UInt8] = []
    guard CacheKey.write(head, in: bytes, isSecure: false, into: &key) else {
      return "passes; there is no key for it"
    }
    if head.framing != .none || head.fields.contains(.ifMatch) || head.fields.contains(.ifUnmodifiedSince) {
      return "passes; a body or a condition on a change is the upstream's"
    }
    return
      "key \"\(String(decoding: key.dropFirst(), as: UTF8.self))\"; \(caller(head, verdict)); \(rules(settings))"
  }

  private static func caller(_ head: borrowing RequestHead, _ verdict: RequestVerdict) -> String {
    var isIdentified = head.fields.contains(.authorization)
    switch verdict.token {
    case .verified, .apiKey: isIdentified = true
    default: break
    }
    if isIdentified {
      return "says who asks, so it goes to the upstream, whose answer is stored only if it is public"
    }
    if head.fields.contains(.cookie) { return "shows a cookie, so its answer is stored only if it is public" }
    return "answered from the store if it can be"
  }

  private static func rules(_ settings: RouteCacheConfiguration) -> String {
    var rules = [settings.allowsHeuristics ? "lifetimes may be guessed" : "lifetimes are the upstream's"]
    if !settings.heedsRequests { rules.append("the request's Cache-Control is not heeded") }
    if settings.staleIfErrorSeconds > 0 {
      rules.append("stale for \(settings.staleIfErrorSeconds) s if the upstream fails")
    }
    return rules.joined(separator: ", ")
  }
}
