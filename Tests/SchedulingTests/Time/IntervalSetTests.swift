import Testing

@testable import Scheduling

@Suite struct IntervalSetTests {
  /// Bits of a small number line against the operations on intervals.
  @Test(arguments: 0..<300)
  func `operations agree with sets of seconds`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let (left, right) = (intervals(&random), intervals(&random))
    let (a, b) = (IntervalSet(keepingSeams: left), IntervalSet(merging: right))
    #expect(seconds(a) == seconds(left))
    #expect(seconds(b) == seconds(right))
    #expect(seconds(a.union(b)) == seconds(left).union(seconds(right)))
    #expect(seconds(a.intersection(b)) == seconds(left).intersection(seconds(right)))
    #expect(seconds(a.subtracting(b)) == seconds(left).subtracting(seconds(right)))
    for set in [a, b, a.union(b), a.intersection(b), a.subtracting(b)] { #expect(isInOrder(set)) }
    for probe in intervals(&random) where !probe.isEmpty {
      #expect(a.covers(probe) == seconds([probe]).isSubset(of: seconds(a)))
      #expect(a.overlaps(probe) == !seconds([probe]).isDisjoint(with: seconds(a)))
    }
  }

  @Test func `touching intervals are joined by merging and kept by keeping seams`() {
    let touching = [line(0, 5), line(5, 9)]
    #expect(IntervalSet(merging: touching).intervals == [line(0, 9)])
    #expect(IntervalSet(keepingSeams: touching).intervals == touching)
    #expect(
      IntervalSet(keepingSeams: touching).subtracting(IntervalSet(merging: [line(20, 30)])).intervals
        == touching)
    #expect(IntervalSet(keepingSeams: touching).union(IntervalSet()).intervals == [line(0, 9)])
  }

  private func line(_ start: Int, _ end: Int) -> Interval {
    Interval(Instant(seconds: start), Instant(seconds: end))
  }

  private func intervals(_ random: inout SeededGenerator) -> [Interval] {
    (0..<Int.random(in: 0...6, using: &random)).map { _ in
      let start = Int.random(in: 0..<40, using: &random)
      return line(start, start + Int.random(in: -2...12, using: &random))
    }
  }

  private func seconds(_ set: IntervalSet) -> Set<Int> { seconds(set.intervals) }

  private func seconds(_ intervals: [Interval]) -> Set<Int> {
    Set(intervals.filter { !$0.isEmpty }.flatMap { $0.start.seconds..<$0.end.seconds })
  }

  private func isInOrder(_ set: IntervalSet) -> Bool {
    set.intervals.allSatisfy { !$0.isEmpty }
      && zip(set.intervals, set.intervals.dropFirst()).allSatisfy { $0.end <= $1.start }
  }
}
