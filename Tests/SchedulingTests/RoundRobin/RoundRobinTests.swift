import Testing

@testable import Scheduling

/// Who is next, and whether that is fair over time.
@Suite struct RoundRobinTests {
  private typealias Candidate = RoundRobin.Candidate
  private let noon = at("2050-09-05T12:00:00Z")

  private func ids(_ candidates: [RoundRobin.Candidate]) -> [Int] {
    RoundRobin.order(candidates).map { candidates[$0].hostID }
  }

  @Test func `a higher priority goes before everything else`() {
    let order = ids([
      Candidate(hostID: 1, priority: .lowest, assigned: 0),
      Candidate(hostID: 2, priority: .low, weight: 1000, assigned: 0),
      Candidate(hostID: 3, assigned: 0),
      Candidate(hostID: 4, priority: .highest, weight: 1, assigned: 500, lastAssigned: noon),
      Candidate(hostID: 5, priority: .high, assigned: 50),
    ])
    #expect(order == [4, 5, 3, 2, 1])
  }

  @Test func `then the fewest bookings for the weight`() {
    let order = ids([
      Candidate(hostID: 1, weight: 100, assigned: 2), Candidate(hostID: 2, weight: 300, assigned: 4),
      Candidate(hostID: 3, weight: 200, assigned: 4),
    ])
    #expect(order == [2, 3, 1])
  }

  @Test func `then the least recently assigned, those who never were first, then the lowest id`() {
    let order = ids([
      Candidate(hostID: 9, assigned: 3, lastAssigned: noon),
      Candidate(hostID: 8, assigned: 3, lastAssigned: noon - 1),
      Candidate(hostID: 7, assigned: 3, lastAssigned: noon),
      Candidate(hostID: 6, assigned: 3), Candidate(hostID: 5, assigned: 3),
    ])
    #expect(order == [5, 6, 8, 7, 9])
  }

  @Test(arguments: [
    [100, 100, 100], [100, 200], [1, 1000], [300, 200, 100], [7, 11, 13, 17], [1000, 999, 1],
    // The quotient alone would give the first fifty to the heavy one.
    [60] + Array(repeating: 1, count: 40), [500] + Array(repeating: 100, count: 25),
  ])
  func `everybody's count stays within one booking of the share`(weights: [Int]) {
    var counts = Array(repeating: 0, count: weights.count)
    let total = weights.reduce(0, +)
    for booking in 1...2000 {
      counts[next(weights, counts)] += 1
      let worst = zip(counts, weights).map { abs($0 * total - $1 * booking) }.max() ?? 0
      #expect(worst < total, "after \(booking): \(counts)")
    }
  }

  @Test func `shares hold also while some are busy at times`() {
    let weights = [100, 100, 200, 400]
    var random = SeededGenerator(seed: 5)
    var counts = Array(repeating: 0, count: weights.count)
    for _ in 0..<4000 {
      let free = weights.indices.filter { _ in random.chance(70) }
      guard !free.isEmpty else { continue }
      counts[free[next(free.map { weights[$0] }, free.map { counts[$0] })]] += 1
    }
    let total = counts.reduce(0, +)
    for (count, weight) in zip(counts, weights) {
      // The heavy one is sometimes away when it would be his turn.
      #expect(abs(count * 800 - weight * total) < 800 * total / 20, "\(counts)")
    }
  }

  @Test(arguments: 0..<50)
  func `the order does not depend on that of the candidates`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let candidates = (0..<12).map { id in
      Candidate(
        hostID: id, priority: random.pick(RoundRobin.Priority.allCases), weight: random.pick([50, 100, 200]),
        assigned: Int.random(in: 0...3, using: &random),
        lastAssigned: random.pick([nil, noon, noon + 60]))
    }
    let order = ids(candidates)
    for _ in 0..<5 { #expect(ids(candidates.shuffled(using: &random)) == order) }
    #expect(order.sorted() == Array(0..<12))
  }

  @Test(arguments: [(100, 9), (200, 19), (50, 4), (1000, 99), (1, 0)])
  func `a host who joins is level with whoever is next`(weight: Int, assigned: Int) {
    let others = [9, 10, 12].enumerated().map { Candidate(hostID: $0, assigned: $1) }
    #expect(RoundRobin.assignedOnJoining(weight: weight, priority: .medium, others: others) == assigned)
  }

  @Test func `a host who joins is compared with their own priority only`() {
    let others = [
      Candidate(hostID: 1, priority: .high, assigned: 50), Candidate(hostID: 2, priority: .low, assigned: 0),
    ]
    func assigned(_ priority: RoundRobin.Priority) -> Int {
      RoundRobin.assignedOnJoining(weight: 100, priority: priority, others: others)
    }
    #expect(RoundRobin.Priority.allCases.map(assigned) == [0, 0, 0, 50, 0])
  }

  @Test(arguments: [1, 10, 100, 250, 1000])
  func `a host who joins is neither flooded nor starved`(weight: Int) {
    var weights = [100, 100, 300]
    var counts = [0, 0, 0]
    for _ in 0..<777 { counts[next(weights, counts)] += 1 }
    let others = zip(weights, counts).enumerated().map {
      Candidate(hostID: $0.offset, weight: $0.element.0, assigned: $0.element.1)
    }
    let start = RoundRobin.assignedOnJoining(weight: weight, priority: .medium, others: others)
    weights.append(weight)
    counts.append(start)
    for booking in 1...1500 {
      counts[next(weights, counts)] += 1
      let own = (counts[3] - start) * (500 + weight)
      #expect(abs(own - weight * booking) <= 2 * (500 + weight), "after \(booking)")
    }
  }

  @Test func `numbers beyond reason do no harm`() {
    let numbers = [Int.min, -1, 0, 1, 1000, Int.max]
    let candidates = numbers.flatMap { weight in
      numbers.map { assigned in
        Candidate(
          hostID: assigned, weight: weight, assigned: assigned, lastAssigned: Instant(seconds: weight))
      }
    }
    #expect(RoundRobin.order(candidates).sorted() == Array(candidates.indices))
    for weight in numbers {
      #expect(RoundRobin.assignedOnJoining(weight: weight, priority: .medium, others: candidates) >= 0)
    }
    #expect(RoundRobin.order([]).isEmpty)
    let twins = [Candidate(hostID: 1, assigned: 1), Candidate(hostID: 1, assigned: 1)]
    #expect(RoundRobin.order(twins) == [0, 1])
  }

  /// The index of who gets the next booking when all are free.
  private func next(_ weights: [Int], _ counts: [Int]) -> Int {
    RoundRobin.order(
      zip(weights, counts).enumerated().map {
        Candidate(hostID: $0.offset, weight: $0.element.0, assigned: $0.element.1)
      })[0]
  }
}
