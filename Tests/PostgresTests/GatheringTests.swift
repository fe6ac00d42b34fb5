import Testing

@testable import Postgres

@Suite struct GatheringTests {
  @Test func `nobody waits while little is under way`() {
    var gathering = Gathering()
    for inFlight in 0..<8 { #expect(gathering.pause(inFlight: inFlight, answered: 0) == 0) }
  }

  @Test func `answers that come one by one are gathered for longer and longer, up to a bound`() {
    var gathering = Gathering()
    let pauses = (0..<12).map { _ in gathering.pause(inFlight: 32, answered: 1) }
    #expect(pauses[0] == 50_000)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(pauses.last == 2_000_000)
  }

  @Test func `where they come by themselves the pause goes away`() {
    var gathering = Gathering()
    for _ in 0..<12 { _ = gathering.pause(inFlight: 32, answered: 1) }
    let kept = gathering.pause(inFlight: 32, answered: 12)
    #expect(kept == 2_000_000)
    let pauses = (0..<24).map { _ in gathering.pause(inFlight: 32, answered: 20) }
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(pauses.last == 0)
    for _ in 0..<12 { _ = gathering.pause(inFlight: 32, answered: 1) }
    #expect(gathering.pause(inFlight: 3, answered: 1) == 0)
  }
}
