/// One search through a trie. It looks at the trie's memory in place, so that nothing is counted on the way.
struct PathWalk {
  let end: Int
  let method: MethodSet
  var nearest: Int32 = -1
  var allowed: MethodSet = []

  init(end: Int, method: MethodSet) {
    self.end = end
    self.method = method
  }

  /// `from` is at the slash before the next segment, or at the end. The depth is bounded by the patterns.
  mutating func match(
    node: Int, from: Int, in bytes: Span<UInt8>, nodes: Span<PathTrie.Node>, edges: Span<PathTrie.Edge>,
    names: Span<UInt8>
  ) -> Int? {
    let here = nodes[node]
    guard from &+ 1 < end else { return accept(here.exact) ?? accept(here.prefix) }
    var segmentEnd = from &+ 1
    var hash = Self.hashStart(node)
    while segmentEnd < end, bytes[segmentEnd] != UInt8(ascii: "/") {
      hash = Self.hash(hash, bytes[segmentEnd])
      segmentEnd &+= 1
    }
    let child = Self.child(
      of: node, hash: hash, segment: from &+ 1..<segmentEnd, in: bytes, edges: edges, names: names)
    if child >= 0,
      let found = match(
        node: child, from: segmentEnd, in: bytes, nodes: nodes, edges: edges, names: names)
    {
      return found
    }
    if here.parameterChild >= 0,
      let found = match(
        node: Int(here.parameterChild), from: segmentEnd, in: bytes, nodes: nodes, edges: edges, names: names)
    {
      return found
    }
    return accept(here.prefix)
  }

  private mutating func accept(_ end: PathTrie.End) -> Int? {
    guard end.value >= 0 else { return nil }
    if end.methods.isSuperset(of: method) { return Int(end.value) }
    if allowed.isEmpty { nearest = end.value }
    allowed.formUnion(end.methods)
    return nil
  }

  /// The node behind a name; negative when there is none.
  static func child(
    of node: Int, hash: UInt32, segment: Range<Int>, in bytes: Span<UInt8>, edges: Span<PathTrie.Edge>,
    names: Span<UInt8>
  ) -> Int {
    let mask = edges.count &- 1
    var slot = Int(hash) & mask
    while edges[slot].parent >= 0 {
      let edge = edges[slot]
      if edge.hash == hash, edge.parent == node, edge.nameLength == segment.count,
        isName(at: Int(edge.nameStart), of: names, segment, in: bytes)
      {
        return Int(edge.child)
      }
      slot = (slot &+ 1) & mask
    }
    return -1
  }

  private static func isName(
    at start: Int, of names: Span<UInt8>, _ segment: Range<Int>, in bytes: Span<UInt8>
  ) -> Bool {
    var offset = 0
    while offset < segment.count {
      if names[start &+ offset] != bytes[segment.lowerBound &+ offset] { return false }
      offset &+= 1
    }
    return true
  }

  /// FNV-1a. The patterns come from the configuration, so nobody can crowd the table from outside.
  static func hashStart(_ node: Int) -> UInt32 {
    (2_166_136_261 ^ UInt32(truncatingIfNeeded: node)) &* 16_777_619
  }

  static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
    (hash ^ UInt32(byte)) &* 16_777_619
  }
}
