/// A set of path patterns compiled for matching on bytes: cost grows with the segments of the path, not with
/// the number of patterns, and nothing is allocated.
///
/// The more specific pattern wins, segment by segment: a literal before a parameter before a prefix. A trailing
/// slash does not count, so that `/login/` and `/login` cannot be told apart by a limit.
package struct PathTrie: Sendable {
  private struct Node {
    var parameterChild: Int32 = -1
    /// What a path that ends here matches.
    var exact: Int32 = -1
    /// What this path and everything below it matches.
    var prefix: Int32 = -1
  }

  private struct Edge {
    var parent: Int32 = -1
    var hash: UInt32 = 0
    var child: Int32 = 0
    var name: Range<Int32> = 0..<0
  }

  private var nodes = [Node()]
  private var names: [UInt8] = []
  /// Open addressing, at most half full; the size is a power of two.
  private var edges = [Edge](repeating: Edge(), count: 8)
  private var edgeCount = 0

  package init() {}

  /// Adds a pattern and returns the value that is already there for it, or stores and returns `value`.
  package mutating func insert(_ pattern: PathPattern, value: Int) -> Int {
    var node = 0
    for segment in pattern.segments {
      switch segment {
      case .literal(let name): node = literalChild(of: node, named: name)
      case .parameter: node = parameterChild(of: node)
      }
    }
    let existing = pattern.isPrefix ? nodes[node].prefix : nodes[node].exact
    guard existing < 0 else { return Int(existing) }
    if pattern.isPrefix {
      nodes[node].prefix = Int32(value)
    } else {
      nodes[node].exact = Int32(value)
    }
    return value
  }

  /// Offers the values of the patterns that match `path`, the most specific first, until `accept` says yes,
  /// and returns the accepted one.
  package func match(
    _ path: Range<Int>, in bytes: Span<UInt8>, accept: (Int) -> Bool
  ) -> Int? {
    match(node: 0, from: path.lowerBound, end: path.upperBound, in: bytes, accept: accept)
  }

  /// `from` is at the slash before the next segment, or at the end. The depth is bounded by the patterns.
  private func match(
    node: Int, from: Int, end: Int, in bytes: Span<UInt8>, accept: (Int) -> Bool
  ) -> Int? {
    let here = nodes[node]
    if from + 1 < end {
      var segmentEnd = from + 1
      var hash = Self.hashStart(node)
      while segmentEnd < end, bytes[segmentEnd] != UInt8(ascii: "/") {
        hash = Self.hash(hash, bytes[segmentEnd])
        segmentEnd += 1
      }
      if let child = child(of: node, hash: hash, segment: from + 1..<segmentEnd, in: bytes),
        let found = match(node: child, from: segmentEnd, end: end, in: bytes, accept: accept)
      {
        return found
      }
      if here.parameterChild >= 0,
        let found = match(
          node: Int(here.parameterChild), from: segmentEnd, end: end, in: bytes, accept: accept)
      {
        return found
      }
    } else if here.exact >= 0, accept(Int(here.exact)) {
      return Int(here.exact)
    }
    return here.prefix >= 0 && accept(Int(here.prefix)) ? Int(here.prefix) : nil
  }

  private func child(of node: Int, hash: UInt32, segment: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    let mask = edges.count - 1
    var slot = Int(hash) & mask
    while edges[slot].parent >= 0 {
      let edge = edges[slot]
      if edge.hash == hash, edge.parent == node, isName(edge.name, equalTo: segment, in: bytes) {
        return Int(edge.child)
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private func isName(_ name: Range<Int32>, equalTo segment: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard name.count == segment.count else { return false }
    let start = Int(name.lowerBound)
    for offset in 0..<segment.count where names[start + offset] != bytes[segment.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func parameterChild(of node: Int) -> Int {
    if nodes[node].parameterChild < 0 {
      nodes[node].parameterChild = Int32(nodes.count)
      nodes.append(Node())
    }
    return Int(nodes[node].parameterChild)
  }

  private mutating func literalChild(of node: Int, named name: [UInt8]) -> Int {
    let hash = name.reduce(Self.hashStart(node), Self.hash)
    if let child = child(of: node, hash: hash, segment: 0..<name.count, in: name.span) { return child }
    let start = Int32(names.count)
    names += name
    let child = Int32(nodes.count)
    nodes.append(Node())
    edgeCount += 1
    if edgeCount * 2 > edges.count { growEdges() }
    place(Edge(parent: Int32(node), hash: hash, child: child, name: start..<Int32(names.count)))
    return Int(child)
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

  /// FNV-1a. The patterns come from the configuration, so nobody can crowd the table from outside.
  private static func hashStart(_ node: Int) -> UInt32 {
    (2_166_136_261 ^ UInt32(truncatingIfNeeded: node)) &* 16_777_619
  }

  private static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
    (hash ^ UInt32(byte)) &* 16_777_619
  }
}
