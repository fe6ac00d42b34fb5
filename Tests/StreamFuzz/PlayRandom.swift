/// xorshift64*: a run can be had again by its seed. By reference, because everybody draws from it.
final class PlayRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  func below(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % max(1, bound)
  }

  /// True once in so many times.
  func once(in bound: Int) -> Bool { below(bound) == 0 }
}
