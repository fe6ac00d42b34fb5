/// What one event loop has taken from shared budgets since it was asked last: bounded, one entry for each key.
package struct RateLimitLedger: Sendable {
  package struct Entry: Sendable {
    /// In the table of this process.
    package let hash: UInt64
    /// Of the budget, the same on every gateway.
    package let policy: UInt64
    package let key: RateLimitKey
    package let budget: RateLimitBudget
    /// What was taken, less what was given back.
    package var ticks: Int64
    /// How far the budget was used up here, when the page was taken.
    package var ahead: UInt64 = 0
  }

  /// All that was written down, to be settled.
  package struct Page: Sendable {
    package var entries: [Entry] = []
    /// Keys for which there was no room, which only this gateway counts.
    package var lost = 0

    package init() {}
  }

  private static let capacity = 4_096
  private static let placeMask = 2 * capacity - 1

  private var page = Page()
  /// Open addressing: the place of an entry plus one.
  private var places = [UInt16](repeating: 0, count: 2 * capacity)

  package init() {
    page.entries.reserveCapacity(Self.capacity)
  }

  package mutating func add(
    _ ticks: Int64, to limit: RouteLimits.Entry, _ key: RateLimitKey, hash: UInt64
  ) {
    var place = Int(truncatingIfNeeded: hash) & Self.placeMask
    while places[place] != 0 {
      let index = Int(places[place]) - 1
      if page.entries[index].hash == hash { return page.entries[index].ticks += ticks }
      place = (place + 1) & Self.placeMask
    }
    guard page.entries.count < Self.capacity else { return page.lost += 1 }
    places[place] = UInt16(page.entries.count + 1)
    page.entries.append(
      Entry(hash: hash, policy: limit.identity, key: key, budget: limit.budget, ticks: ticks))
  }

  /// Begins a new page.
  package mutating func take(_ table: RateLimitTable, now: UInt64) -> Page {
    guard !page.entries.isEmpty || page.lost > 0 else { return Page() }
    var full = Page()
    swap(&page, &full)
    page.entries.reserveCapacity(full.entries.count)
    for place in places.indices { places[place] = 0 }
    for index in full.entries.indices {
      let entry = full.entries[index]
      full.entries[index].ahead = table.ahead(entry.budget, hash: entry.hash, now: now)
    }
    return full
  }
}
