import Jobs
import Testing

@Suite struct JobBackoffTests {
  private let backoff = JobBackoff(first: .seconds(2), longest: .seconds(3600))

  @Test(arguments: [(1, 2.0), (2, 4), (3, 8), (10, 1024), (11, 2048), (12, 3600), (60, 3600), (0, 2)])
  func `every failure doubles the wait, up to an hour`(_ attempt: Int, _ seconds: Double) {
    #expect(backoff.delay(afterAttempt: attempt, jitter: 0.5) == .seconds(seconds))
  }

  @Test func `jitter moves it by a quarter at most`() {
    #expect(backoff.delay(afterAttempt: 3, jitter: 0) == .seconds(6))
    #expect(backoff.delay(afterAttempt: 3, jitter: 1) == .seconds(10))
    #expect(backoff.delay(afterAttempt: 3, jitter: 7) == .seconds(10))
  }
}
