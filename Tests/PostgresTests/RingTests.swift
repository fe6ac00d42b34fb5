import Testing

@testable import Postgres

@Suite struct RingTests {
  @Test func `a ring gives back in order through growing and wrapping`() {
    var ring = Ring<Int>()
    var next = 0
    var expected = 0
    for round in 0..<200 {
      for _ in 0..<(round % 23) {
        ring.append(next)
        next += 1
      }
      for _ in 0..<(round % 19) {
        guard let value = ring.popFirst() else { break }
        #expect(value == expected)
        expected += 1
      }
      #expect(ring.count == next - expected)
    }
    while let value = ring.popFirst() {
      #expect(value == expected)
      expected += 1
    }
    #expect(expected == next)
  }

  @Test func `what is put back comes out first`() {
    var ring = Ring<Int>()
    for value in 0..<16 { ring.append(value) }
    ring.prepend(-1)
    #expect(ring.first == -1)
    #expect(ring[1] == 0)
    #expect(ring[16] == 15)
    #expect(ring[17] == nil)
    #expect(ring.count == 17)
  }

  @Test func `removing keeps the order of the others`() {
    var ring = Ring<Int>()
    for value in 0..<100 { ring.append(value) }
    #expect(ring.removeAll { $0 % 3 == 0 } == 34)
    var rest: [Int] = []
    while let value = ring.popFirst() { rest.append(value) }
    #expect(rest == (0..<100).filter { $0 % 3 != 0 })
  }
}
