/// Tokens that were verified, so that the signature of each is checked once per event loop. Bounded: a token may
/// stand in one of four places, and where all are taken the one that ends first gives way.
///
/// The place comes from the last bytes of the token, its signature; whether it is the same token is decided by
/// comparing all of it. Belongs to one event loop.
package struct RememberedTokens: ~Copyable {
  private static let ways = 4
  /// A longer token is checked each time, so that memory stays within count times this.
  private static let longest = 2_048

  private var places: [VerifiedToken?]
  private let mask: Int
  package private(set) var count = 0

  /// - Parameter capacity: rounded up to a power of two.
  package init(capacity: Int) {
    var sets = 1
    while sets * Self.ways < capacity { sets *= 2 }
    places = Array(repeating: nil, count: sets * Self.ways)
    mask = sets - 1
  }

  /// The token if it is remembered and has not ended by `now`, in seconds since 1970.
  package mutating func find(_ token: Range<Int>, in bytes: Span<UInt8>, now: Int) -> VerifiedToken? {
    guard token.count >= 16 else { return nil }
    let first = firstPlace(token, in: bytes)
    for place in first..<first + Self.ways {
      guard let known = places[place], known.isExactly(token, in: bytes) else { continue }
      guard known.expiresAt > now else {
        places[place] = nil
        count -= 1
        return nil
      }
      return known
    }
    return nil
  }

  /// Remembers `token`, which was just verified and was not found.
  package mutating func remember(_ token: VerifiedToken) {
    let bytes = token.bytes
    guard bytes.count >= 16, bytes.count <= Self.longest else { return }
    let first = firstPlace(0..<bytes.count, in: bytes.span)
    let place = (first..<first + Self.ways).min { ends($0) < ends($1) } ?? first
    if places[place] == nil { count += 1 }
    places[place] = token
  }

  /// Forgets everything: after a change of the key set nothing that an older one vouched for counts.
  package mutating func removeAll() {
    for place in places.indices { places[place] = nil }
    count = 0
  }

  private func ends(_ place: Int) -> Int {
    places[place]?.expiresAt ?? .min
  }

  private func firstPlace(_ token: Range<Int>, in bytes: Span<UInt8>) -> Int {
    var hash: UInt64 = 0
    for index in token.suffix(16) {
      hash = (hash ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
    }
    return Int(truncatingIfNeeded: hash >> 32) & mask * Self.ways
  }
}
