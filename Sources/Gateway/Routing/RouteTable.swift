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
    var allowed: MethodSet = []
    var nearest = -1
    var found: Int?
    _ = trie.match(path, in: bytes) { group in
      for candidate in groups[group] {
        if candidate.methods.isSuperset(of: method) {
          found = candidate.route
          return true
        }
        if allowed.isEmpty { nearest = candidate.route }
        allowed.formUnion(candidate.methods)
      }
      return false
    }
    if let found { return found < 0 ? .notFound : .route(found) }
    return allowed.isEmpty ? .notFound : .methodNotAllowed(allowed, route: nearest)
  }

  private mutating func add(_ pattern: PathPattern, _ candidate: Candidate) {
    let group = trie.insert(pattern, value: groups.count)
    if group == groups.count { groups.append([]) }
    groups[group].append(candidate)
  }
}
