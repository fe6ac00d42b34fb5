import Testing

@testable import Scheduling

/// When at least so many of several sets overlap.
@Suite struct IntervalSetAtLeastTests {
  private func set(_ ranges: Range<Int>...) -> IntervalSet {
    IntervalSet(
      merging: ranges.map {
        Interval(Instant(seconds: $0.lowerBound), Instant(seconds: $0.upperBound))
      })
  }

  @Test func `three units, by how many are taken`() {
    let units = [set(0..<10, 20..<30), set(5..<15, 25..<40), set(8..<12, 50..<60)]
    #expect(IntervalSet.atLeast(1, of: units) == set(0..<15, 20..<40, 50..<60))
    #expect(IntervalSet.atLeast(2, of: units) == set(5..<12, 25..<30))
    #expect(IntervalSet.atLeast(3, of: units) == set(8..<10))
    #expect(IntervalSet.atLeast(4, of: units) == set())
  }

  @Test func `a unit that takes over from another leaves no gap, and is not there twice`() {
    let units = [set(0..<10), set(10..<20), set(5..<15)]
    #expect(IntervalSet.atLeast(2, of: units) == set(5..<15))
    #expect(IntervalSet.atLeast(3, of: units) == set())
  }

  @Test func `none of none is always, one of none is never`() {
    let always = IntervalSet(merging: [Interval(.distantPast, .distantFuture)])
    #expect(IntervalSet.atLeast(0, of: []) == always)
    #expect(IntervalSet.atLeast(.min, of: [set(0..<10)]) == always)
    #expect(IntervalSet.atLeast(1, of: []) == set())
    #expect(IntervalSet.atLeast(.max, of: [set(0..<10)]) == set())
  }

  @Test(arguments: 0..<60)
  func `it is what counting every second gives`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let units = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      IntervalSet(
        merging: (0..<Int.random(in: 0...6, using: &random)).map { _ in
          let start = Int.random(in: 0...80, using: &random)
          return Interval(
            Instant(seconds: start), Instant(seconds: start + Int.random(in: 0...25, using: &random)))
        })
    }
    for count in 1...6 {
      let found = IntervalSet.atLeast(count, of: units)
      let wanted = (0..<120).filter { second in
        units.filter { $0.covers(Interval(Instant(seconds: second), Instant(seconds: second + 1))) }.count
          >= count
      }
      #expect(
        found == IntervalSet(merging: wanted.map { Interval(Instant(seconds: $0), Instant(seconds: $0 + 1)) })
      )
    }
  }
}
