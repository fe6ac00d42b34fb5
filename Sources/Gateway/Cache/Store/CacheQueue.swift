/// A first-in first-out list through the places of a ``CacheShard``, from which any place can be taken out.
struct CacheQueue {
  /// Neighbours of one place; -1 is the end.
  struct Link {
    var newer = -1
    var older = -1
  }

  private(set) var newest = -1
  private(set) var oldest = -1
  private(set) var bytes = 0

  mutating func push(_ place: Int, cost: Int, in links: inout [Link]) {
    links[place] = Link(newer: -1, older: newest)
    if newest >= 0 { links[newest].newer = place } else { oldest = place }
    newest = place
    bytes += cost
  }

  mutating func remove(_ place: Int, cost: Int, in links: inout [Link]) {
    let link = links[place]
    if link.newer >= 0 { links[link.newer].older = link.older } else { newest = link.older }
    if link.older >= 0 { links[link.older].newer = link.newer } else { oldest = link.newer }
    bytes -= cost
  }
}
