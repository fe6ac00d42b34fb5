/// The fields that one side has told the other to remember (RFC 7541, 2.3.2): first in, first out, bounded by bytes.
/// Takes no memory until something is in it.
struct HPACKDynamicTable: Sendable {
  struct Entry: Sendable {
    /// Where its bytes begin in ``HPACKDynamicTable/bytes``.
    var start: Int
    var nameLength: Int
    /// All bytes that are kept of it.
    var length: Int
    /// What it counts for: name, value and 32 (RFC 7541, 4.1).
    var size: Int
  }

  /// The bytes of all entries, oldest first; those before the oldest are left over.
  private(set) var bytes: [UInt8] = []
  private var entries: [Entry] = []
  private var oldest = 0
  private(set) var size = 0
  private(set) var capacity: Int
  /// How many were ever inserted.
  private(set) var inserted = 0

  init(capacity: Int) {
    self.capacity = capacity
  }

  @inline(__always)
  var count: Int { entries.count &- oldest }

  /// The entry at `index`, of which 0 is the newest; its place holds until the next change.
  @inline(__always)
  subscript(index: Int) -> Entry { entries[entries.count &- 1 &- index] }

  /// Goes on with another bound, and evicts what no longer has room.
  mutating func setCapacity(_ capacity: Int) {
    self.capacity = capacity
    evict(to: capacity)
  }

  /// Inserts a field. One that is larger than the table empties it (RFC 7541, 4.4).
  ///
  /// - Returns: whether it is in the table now.
  @discardableResult
  mutating func insert(_ source: Span<UInt8>, nameLength: Int, size own: Int) -> Bool {
    guard own <= capacity else {
      evict(to: 0)
      return false
    }
    evict(to: capacity &- own)
    let start = bytes.count
    unsafe source.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    entries.append(Entry(start: start, nameLength: nameLength, length: source.count, size: own))
    size &+= own
    inserted &+= 1
    return true
  }

  private mutating func evict(to bound: Int) {
    guard size > bound else { return }
    while size > bound {
      size &-= entries[oldest].size
      oldest &+= 1
    }
    compact()
  }

  /// Moves what lives to the front when half of all is left over: so it costs little per entry.
  private mutating func compact() {
    guard oldest > 16, oldest &* 2 > entries.count else { return }
    let start = oldest < entries.count ? entries[oldest].start : bytes.count
    entries.removeFirst(oldest)
    bytes.removeFirst(start)
    for index in entries.indices { entries[index].start &-= start }
    oldest = 0
  }
}
