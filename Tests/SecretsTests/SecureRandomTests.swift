import Secrets
import Testing

@Suite struct SecureRandomTests {
  @Test func `bytes have the asked count and are never the same`() {
    #expect(SecureRandom.bytes(count: 0).isEmpty)
    #expect(Set((0..<1000).map { _ in SecureRandom.bytes(count: 16) }).count == 1000)
  }

  @Test func `strings have the asked length and only letters of the alphabet`() {
    for length in [0, 1, 21, 64, 1000] {
      let text = SecureRandom.string(length: length)
      #expect(text.count == length)
      #expect(text.allSatisfy { SecureRandom.base62.contains($0) })
    }
  }

  /// 62 letters from a byte by `% 62` alone would give the first eight 25 % more often than the others; here
  /// 200,000 draws stay within 6 standard deviations of equal.
  @Test func `every letter is equally likely`() {
    let draws = 200_000
    var counts: [Character: Int] = [:]
    for letter in SecureRandom.string(length: draws) { counts[letter, default: 0] += 1 }
    let expected = Double(draws) / 62
    for (letter, count) in counts {
      #expect((Double(count) - expected).magnitude < 6 * expected.squareRoot(), "\(letter): \(count)")
    }
    #expect(counts.count == 62)
  }
}
