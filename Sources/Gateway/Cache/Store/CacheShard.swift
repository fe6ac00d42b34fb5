/// A part of the store: entries by key, and who has to go when there is no room (S3-FIFO: Yang et al., "FIFO queues are
/// all you need for cache eviction", 2023).
///
/// New entries stand in a small queue, a tenth of the room. Who is used there twice before his turn comes moves to the
/// main queue; who is not goes, and only his key is remembered for a while: should he come back, he starts in the main
/// queue. So a flood of keys that nobody asks for again passes through the tenth and pushes out its own kind.
struct CacheShard {
  private enum Home: UInt8 { case small, main }

  private struct Slot {
    var entry: CacheEntry
    var cost: Int
    var home: Home
    var uses: UInt8 = 0
    /// The next older variant of the same key; -1 when there is none.
    var sibling = -1
  }

  let capacity: Int
  private(set) var evictions = 0
  private(set) var count = 0
  var bytes: Int { small.bytes + main.bytes }

  private var newestByHash: [UInt64: Int] = [:]
  private var slots: [Slot?] = []
  private var links: [CacheQueue.Link] = []
  private var free: [Int] = []
  private var small = CacheQueue()
  private var main = CacheQueue()
  private var ghosts = GhostList(limit: 4_096)

  /// Answers of one key that differ by Vary.
  static let variantLimit = 16

  init(capacity: Int) { self.capacity = capacity }

  /// The entries of a key's hash, newest first, and one use more for them.
  mutating func find(_ hash: UInt64) -> CacheVariants? {
    guard let place = newestByHash[hash], let slot = slots[place] else { return nil }
    if slot.uses < 3 { slots[place]?.uses += 1 }
    var more: [CacheEntry] = []
    var next = slot.sibling
    while next >= 0, let older = slots[next] {
      if older.uses < 3 { slots[next]?.uses += 1 }
      more.append(older.entry)
      next = older.sibling
    }
    return CacheVariants(newest: slot.entry, older: more)
  }

  /// The newest entry of a hash, without using it.
  func newest(_ hash: UInt64) -> CacheEntry? {
    newestByHash[hash].flatMap { slots[$0]?.entry }
  }

  /// Puts an entry in, in the place of the one with the same key and variant.
  mutating func insert(_ entry: CacheEntry) {
    let cost = entry.cost
    guard cost <= capacity else { return }
    var uses: UInt8 = 0
    var home: Home?
    var variants = 0
    for place in places(of: entry.hash) {
      guard let slot = slots[place] else { continue }
      variants += 1
      if slot.entry.key == entry.key, slot.entry.vary == entry.vary {
        (uses, home) = (slot.uses, slot.home)
        remove(at: place)
      } else if slot.entry.key != entry.key || variants >= Self.variantLimit {
        remove(at: place)
      }
    }
    while bytes + cost > capacity { evict() }
    let isReturning = ghosts.take(entry.hash)
    let place = add(Slot(entry: entry, cost: cost, home: home ?? (isReturning ? .main : .small), uses: uses))
    slots[place]?.sibling = newestByHash[entry.hash] ?? -1
    newestByHash[entry.hash] = place
  }

  /// Takes out this very entry, if it is still there.
  mutating func remove(_ entry: CacheEntry) {
    for place in places(of: entry.hash) where slots[place]?.entry === entry { remove(at: place) }
  }

  private func places(of hash: UInt64) -> [Int] {
    var places: [Int] = []
    var next = newestByHash[hash] ?? -1
    while next >= 0, let slot = slots[next] {
      places.append(next)
      next = slot.sibling
    }
    return places
  }

  private mutating func add(_ slot: Slot) -> Int {
    let place: Int
    if let used = free.popLast() {
      place = used
      slots[place] = slot
    } else {
      place = slots.count
      slots.append(slot)
      links.append(CacheQueue.Link())
    }
    count += 1
    push(place, slot)
    return place
  }

  private mutating func push(_ place: Int, _ slot: Slot) {
    switch slot.home {
    case .small: small.push(place, cost: slot.cost, in: &links)
    case .main: main.push(place, cost: slot.cost, in: &links)
    }
  }

  private mutating func unlink(_ place: Int, _ slot: Slot) {
    switch slot.home {
    case .small: small.remove(place, cost: slot.cost, in: &links)
    case .main: main.remove(place, cost: slot.cost, in: &links)
    }
  }

  private mutating func remove(at place: Int) {
    guard let slot = slots[place] else { return }
    unlink(place, slot)
    forget(place, slot)
    slots[place] = nil
    free.append(place)
    count -= 1
  }

  /// Takes the place out of the chain of its key.
  private mutating func forget(_ place: Int, _ slot: Slot) {
    let hash = slot.entry.hash
    if newestByHash[hash] == place {
      newestByHash[hash] = slot.sibling >= 0 ? slot.sibling : nil
      return
    }
    for other in places(of: hash) where slots[other]?.sibling == place {
      slots[other]?.sibling = slot.sibling
    }
  }

  private mutating func evict() {
    if small.bytes > capacity / 10 || main.oldest < 0 { evictSmall() } else { evictMain() }
  }

  private mutating func evictSmall() {
    let place = small.oldest
    guard place >= 0, var slot = slots[place] else { return }
    guard slot.uses <= 1 else {
      unlink(place, slot)
      (slot.home, slot.uses) = (.main, 0)
      slots[place] = slot
      return push(place, slot)
    }
    ghosts.insert(slot.entry.hash)
    drop(place)
  }

  private mutating func evictMain() {
    let place = main.oldest
    guard place >= 0, var slot = slots[place] else { return }
    guard slot.uses == 0 else {
      unlink(place, slot)
      slot.uses -= 1
      slots[place] = slot
      return push(place, slot)
    }
    drop(place)
  }

  private mutating func drop(_ place: Int) {
    evictions += 1
    remove(at: place)
  }
}
