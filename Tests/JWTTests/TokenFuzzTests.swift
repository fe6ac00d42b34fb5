import JWT
import Secrets
import Testing

/// Bounded fuzzing: whatever comes, nothing but a good token is taken, and nothing crashes.
@Suite struct TokenFuzzTests {
  @Test func `mutated tokens are never taken for others`() throws {
    let issuer = try TestIssuer()
    let verifier = issuer.verifier()
    let good = Array(try issuer.token().utf8)
    let claims = try verifier.verify(good, now: TestIssuer.now)
    var random = SplitMix(seed: 20_261_121)
    for round in 0..<20_000 {
      let mutated = random.mutate(good)
      if let taken = try? verifier.verify(mutated, now: TestIssuer.now) {
        #expect(
          mutated == good && taken == claims, "round \(round): \(String(decoding: mutated, as: UTF8.self))")
      }
    }
  }

  /// The signature is right, so that the parsers behind it see everything.
  @Test func `mutated headers and payloads with a right signature do no harm`() throws {
    let issuer = try TestIssuer()
    let verifier = issuer.verifier()
    var random = SplitMix(seed: 42)
    let header = Array(issuer.header.utf8)
    let payload = Array(issuer.payload.utf8)
    for _ in 0..<3_000 {
      let token = try issuer.sign(
        Base64URL.encode(random.next() % 2 == 0 ? header : random.mutate(header)) + "."
          + Base64URL.encode(random.mutate(payload)))
      if let taken = try? verifier.verify(Array(token.utf8), now: TestIssuer.now) {
        #expect(taken.iss == "daybook" && taken.aud.contains("daybook"))
        #expect(taken.exp > TestIssuer.now - 5)
      }
    }
  }
}

/// The same numbers in every run, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One to four changes: a byte set, removed, doubled, or a piece moved.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...Int.random(in: 0..<4, using: &self) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &self)
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(bytes[index], at: index)
      case 3: bytes[index] = Array(".=-_{}[]\":,0\\".utf8).randomElement(using: &self)!
      default:
        let end = Int.random(in: index...bytes.endIndex, using: &self)
        let piece = bytes[index..<end]
        bytes.removeSubrange(index..<end)
        bytes.insert(contentsOf: piece, at: bytes.isEmpty ? 0 : Int.random(in: 0...bytes.count, using: &self))
      }
    }
    return bytes
  }
}
