package import HTTPWire

/// All routes compiled for matching on bytes. A value that every event loop may share.
package struct RouteTable: Sendable {
  /// Belong to the other listener of origin and are never routed, whatever the configuration says.
  package static let closed = [PathPattern("/internal/*")!]

  private struct Candidate: Sendable {
    let methods: MethodSet
    /// Negative: closed.
    let route: Int
  }

  private var trie = PathTrie()
  /// By trie value: the routes of one pattern.
  private var groups: [[Candidate]] = []

  /// `routes` in the order of the configuration; a match names a place in it.
  package init(_ routes: [(path: PathPattern, methods: MethodSet)]) {
    for pattern in Self.closed { add(pattern, Candidate(methods: .all, route: -1)) }
    for (index, route) in routes.enumerated() {
      add(route.path, Candidate(methods: route.methods, route: index))
    }
  }

  /// The most specific route for a path that has the method. Where the path is known but the method is not, the
  /// methods that would do.
  package func match(_ method: HTTPMethod, _ path: RequestPath, in bytes: Span<UInt8>) -> RouteMatch {
    guard path.isEncoded else { return match(MethodSet(method), path.range, in: bytes) }
    // Rare enough to allocate: what is matched is what the encoding means, `%6c` as `l`.
    let decoded = path.decoded(in: bytes)
    return match(MethodSet(method), 0..<decoded.count, in: decoded.span)
  }

  private func match(_ method: MethodSet, _ path: Range<Int>, in bytes: Span<UInt8>) -> RouteMatch {
    let match = trie.match(path, in: bytes, method: method)
    if let group = match.value {
      let route = route(of: group, method)
      return route < 0 ? .notFound : .route(route)
    }
    guard match.nearest >= 0 else { return .notFound }
    return .methodNotAllowed(match.allowed, route: groups[match.nearest][0].route)
  }

  /// The first route of a pattern that has the method; the trie has found that there is one.
  private func route(of group: Int, _ method: MethodSet) -> Int {
    for candidate in groups[group] where candidate.methods.isSuperset(of: method) {
      return candidate.route
    }
    return -1
  }

  private mutating func add(_ pattern: PathPattern, _ candidate: Candidate) {
    let group = trie.insert(pattern, methods: candidate.methods, value: groups.count)
    if group == groups.count { groups.append([]) }
    groups[group].append(candidate)
  }
}
