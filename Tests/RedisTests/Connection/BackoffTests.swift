import Testing

@testable import Redis

@Suite struct BackoffTests {
  @Test func `pauses double from 50 ms to 5 s`() {
    var backoff = Backoff()
    let longest = (0..<10).map { _ in backoff.next(random: 1) }
    #expect(
      longest == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000].map { .milliseconds($0) })
  }

  @Test func `half of each is chance`() {
    var backoff = Backoff()
    #expect(backoff.next(random: 0) == .milliseconds(25))
    #expect(backoff.next(random: 0.5) == .milliseconds(75))
  }

  @Test func `after a success it starts anew`() {
    var backoff = Backoff()
    for _ in 0..<100 { _ = backoff.next(random: 1) }
    backoff.reset()
    #expect(backoff.next(random: 1) == .milliseconds(50))
  }
}
