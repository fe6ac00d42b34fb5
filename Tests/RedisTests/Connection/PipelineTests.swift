import NIOCore
import Testing

@testable import Redis

@Suite struct PipelineTests {
  private var pipeline = Pipeline<Int>(timeout: .seconds(2))

  private func second(_ number: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(number) }

  private mutating func sendAll() {
    while let entry = pipeline.nextWaiting() { pipeline.sent(entry) }
  }

  @Test mutating func `replies belong to commands in the order these were written`() {
    for number in 1...3 { pipeline.add(number, [], now: second(0)) }
    #expect(pipeline.replied() == nil, "nothing was written")
    sendAll()
    #expect((1...3).map { _ in pipeline.replied()?.slot } == [1, 2, 3])
    #expect(pipeline.replied() == nil)
    #expect(pipeline.isEmpty)
  }

  @Test mutating func `a command that is not written in time leaves`() {
    pipeline.add(1, [], now: second(0))
    pipeline.add(2, [], now: second(1))
    #expect(pipeline.nextDeadline == second(2))
    let expiry = pipeline.expire(now: second(2))
    #expect(expiry.unsent.map(\.slot) == [1] && expiry.due.isEmpty && !expiry.isStuck)
    #expect(pipeline.nextDeadline == second(3))
  }

  @Test mutating func `a command without a reply in time keeps its place, so that the next reply is not its`()
  {
    pipeline.add(1, [], now: second(0))
    pipeline.add(2, [], now: second(1))
    sendAll()
    #expect(pipeline.expire(now: second(2)).due == [1])
    #expect(pipeline.expire(now: second(2)).due == [], "once")
    #expect(pipeline.replied()?.slot == 1, "late, and nobody waits")
    #expect(pipeline.replied()?.slot == 2)
  }

  @Test mutating func `a silent connection is stuck after twice the time`() {
    pipeline.add(1, [], now: second(0))
    sendAll()
    #expect(!pipeline.expire(now: second(2)).isStuck)
    #expect(pipeline.nextDeadline == second(4))
    #expect(!pipeline.expire(now: second(3)).isStuck)
    #expect(pipeline.expire(now: second(4)).isStuck)
  }

  @Test mutating func `a late reply frees the connection from being stuck`() {
    pipeline.add(1, [], now: second(0))
    pipeline.add(2, [], now: second(3))
    sendAll()
    _ = pipeline.expire(now: second(2))
    _ = pipeline.replied()
    let expiry = pipeline.expire(now: second(4))
    #expect(!expiry.isStuck && expiry.due.isEmpty)
    #expect(pipeline.nextDeadline == second(5))
  }

  @Test mutating func `when the connection is lost, what was written leaves and what waits stays`() {
    pipeline.add(1, [1], now: second(0))
    pipeline.add(2, [2], now: second(0))
    sendAll()
    _ = pipeline.expire(now: second(2))
    pipeline.add(3, [3], now: second(2))
    #expect(pipeline.lost().map(\.slot) == [1, 2])
    #expect(!pipeline.isEmpty)
    #expect(pipeline.nextWaiting()?.bytes == [3])
    #expect(pipeline.isEmpty && pipeline.nextDeadline == nil)
  }

  @Test mutating func `the earliest of all deadlines is next`() {
    #expect(pipeline.nextDeadline == nil)
    pipeline.add(1, [], now: second(0))
    sendAll()
    pipeline.add(2, [], now: second(1))
    #expect(pipeline.nextDeadline == second(2))
    _ = pipeline.expire(now: second(2))
    #expect(pipeline.nextDeadline == second(3), "the waiting one, before the stuck one")
  }
}
