/// A set of path patterns compiled for matching on bytes: cost grows with the segments of the path, not with
/// the number of patterns, and nothing is allocated.
///
/// The more specific pattern wins, segment by segment: a literal before a parameter before a prefix. A trailing
/// slash does not count, so that `/login/` and `/login` cannot be told apart by a limit.
package struct PathTrie: Sendable {
  /// Where a pattern may end; `value` is negative where none does.
  struct End {
    var value: Int32 = -1
    var methods: MethodSet = []
  }

  struct Node {
    var parameterChild: Int32 = -1
    /// What a path that ends here matches.
    var exact = End()
    /// What this path and everything below it matches.
    var prefix = End()
  }

  struct Edge {
    /// Negative where there is none.
    var parent: Int32 = -1
    var hash: UInt32 = 0
    var child: Int32 = 0
    var nameStart: Int32 = 0
    var nameLength: Int32 = 0
  }

  private var nodes = [Node()]
  private var names: [UInt8] = []
  /// Open addressing, at most half full; the size is a power of two.
  private var edges = [Edge](repeating: Edge(), count: 8)
  private var edgeCount = 0

  package init() {}

  /// Adds a pattern for `methods` and returns the value that is already there for it, or stores and returns `value`.
  package mutating func insert(_ pattern: PathPattern, methods: MethodSet = .all, value: Int) -> Int {
    var node = 0
    for segment in pattern.segments {
      switch segment {
      case .literal(let name): node = literalChild(of: node, named: name)
      case .parameter: node = parameterChild(of: node)
      }
    }
    return pattern.isPrefix
      ? Self.end(&nodes[node].prefix, methods, value) : Self.end(&nodes[node].exact, methods, value)
  }

  /// The value of the most specific pattern that matches `path` and has `method`.
  package func match(_ path: Range<Int>, in bytes: Span<UInt8>, method: MethodSet = []) -> PathMatch {
    var walk = PathWalk(end: path.upperBound, method: method)
    let value = walk.match(
      node: 0, from: path.lowerBound, in: bytes, nodes: nodes.span, edges: edges.span, names: names.span)
    return PathMatch(value: value, nearest: Int(walk.nearest), allowed: walk.allowed)
  }

  private static func end(_ end: inout End, _ methods: MethodSet, _ value: Int) -> Int {
    if end.value < 0 { end.value = Int32(value) }
    end.methods.formUnion(methods)
    return Int(end.value)
  }

  private mutating func parameterChild(of node: Int) -> Int {
    if nodes[node].parameterChild < 0 {
      nodes[node].parameterChild = Int32(nodes.count)
      nodes.append(Node())
    }
    return Int(nodes[node].parameterChild)
  }

  private mutating func literalChild(of node: Int, named name: [UInt8]) -> Int {
    let hash = name.reduce(PathWalk.hashStart(node), PathWalk.hash)
    let known = PathWalk.child(
      of: node, hash: hash, segment: 0..<name.count, in: name.span, edges: edges.span, names: names.span)
    if known >= 0 { return known }
    let start = names.count
    names += name
    let child = nodes.count
    nodes.append(Node())
    edgeCount += 1
    if edgeCount * 2 > edges.count { growEdges() }
    place(
      Edge(
        parent: Int32(node), hash: hash, child: Int32(child), nameStart: Int32(start),
        nameLength: Int32(name.count)))
    return child
  }

  private mutating func growEdges() {
    let old = edges
    edges = Array(repeating: Edge(), count: old.count * 2)
    for edge in old where edge.parent >= 0 { place(edge) }
  }

  private mutating func place(_ edge: Edge) {
    var slot = Int(edge.hash) & (edges.count - 1)
    while edges[slot].parent >= 0 { slot = (slot + 1) & (edges.count - 1) }
    edges[slot] = edge
  }
}

/// What a trie says of a path.
package struct PathMatch: Sendable, Equatable {
  /// Of the pattern that answers; nil when none does.
  package let value: Int?
  /// Of the most specific pattern that matches the path but lacks the method; negative when there is none.
  package let nearest: Int
  /// What the patterns that match the path have for methods.
  package let allowed: MethodSet
}
