internal import HTTPWire

/// Which route answers, and why none of the others does.
enum RouteStep: ExplainedStep {
  /// Routes that are named as having lost; more would hide the one that won.
  private static let othersLimit = 8

  static func lines(_ head: borrowing RequestHead, _ request: ExplainedRequest) -> [ExplanationLine] {
    var lines = [ExplanationLine("route", found(request))]
    let (path, method) = (head.target.path, head.method)
    let others = request.configuration.routes.enumerated().compactMap { place, route in
      place == request.verdict.route ? nil : reason(place, route, path, method, request)
    }
    lines += others.prefix(othersLimit).map { ExplanationLine("", "not \($0)") }
    if others.count > othersLimit {
      lines.append(ExplanationLine("", "and \(others.count - othersLimit) more that are less exact"))
    }
    return lines
  }

  private static func found(_ request: ExplainedRequest) -> String {
    guard let index = request.verdict.route else { return "none" }
    let route = request.configuration.routes[index]
    return "\(index + 1): \(route.path) (\(route.methods == .all ? "any method" : route.methods.allowField))"
  }

  /// Why a route that takes the path did not get the request; nil for routes of other paths.
  private static func reason(
    _ place: Int, _ route: RouteConfiguration, _ path: Range<Int>, _ method: HTTPMethod,
    _ request: ExplainedRequest
  ) -> String? {
    var trie = PathTrie()
    _ = trie.insert(route.path, value: 0)
    guard trie.match(path, in: request.bytes.span).value != nil else { return nil }
    let name = "\(place + 1): \(route.path)"
    if !route.methods.isSuperset(of: MethodSet(method)) {
      return "\(name): it answers \(route.methods.allowField) only"
    }
    guard let winner = request.route else { return "\(name): /internal is never routed" }
    return winner.path.segments == route.path.segments && winner.path.isPrefix == route.path.isPrefix
      ? "\(name): an earlier route has the same path" : "\(name): \(winner.path) is more exact"
  }
}
