/// Wrong tokens that were seen before, so that each costs one signature check for each event loop, however often
/// it is sent. Bounded: where there is no place, the older of two gives way. Belongs to one event loop.
///
/// A token is known by 64 bits of a hash with a seed of its own: nobody can make a good token look like a bad
/// one without the seed.
struct RememberedRefusals: ~Copyable {
  private static let ways = 2

  private struct Place {
    var hash: UInt64 = 0
    var refusal: TokenRefusal = .untrusted
  }

  private var places: [Place]
  private let mask: Int
  private let seed = UInt64.random(in: .min ... .max)

  /// - Parameter capacity: rounded up to a power of two; 0 for none.
  init(capacity: Int) {
    var sets = 1
    while sets * Self.ways < capacity { sets *= 2 }
    places = capacity == 0 ? [] : Array(repeating: Place(), count: sets * Self.ways)
    mask = sets - 1
  }

  /// What the token was refused for; nil when it is not remembered.
  func find(_ token: Span<UInt8>) -> TokenRefusal? {
    guard !places.isEmpty else { return nil }
    let hash = hash(token)
    let first = firstPlace(hash)
    for place in first..<first + Self.ways where places[place].hash == hash { return places[place].refusal }
    return nil
  }

  /// Only what will not become right by waiting is remembered.
  mutating func remember(_ token: Span<UInt8>, _ refusal: TokenRefusal) {
    guard !places.isEmpty, refusal != .notYetValid, refusal != .noKeys, refusal != .newKey else { return }
    let hash = hash(token)
    let first = firstPlace(hash)
    for place in stride(from: first + Self.ways - 1, to: first, by: -1) { places[place] = places[place - 1] }
    places[first] = Place(hash: hash, refusal: refusal)
  }

  /// With other keys a token may be right.
  mutating func removeAll() {
    for index in places.indices { places[index] = Place() }
  }

  /// Never 0, which is an empty place.
  private func hash(_ token: Span<UInt8>) -> UInt64 {
    var hash = seed
    var index = 0
    while index < token.count {
      var word: UInt64 = 0
      let end = min(index + 8, token.count)
      while index < end {
        word = word << 8 | UInt64(token[index])
        index += 1
      }
      hash = KeyIdentity.fold(hash ^ word, KeyIdentity.golden ^ seed)
    }
    return KeyIdentity.fold(hash ^ UInt64(truncatingIfNeeded: token.count), KeyIdentity.golden) | 1
  }

  private func firstPlace(_ hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> 32) & mask * Self.ways
  }
}
