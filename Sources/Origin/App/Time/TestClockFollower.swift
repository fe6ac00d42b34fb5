import Foundation
import Logging
import Redis
import Scheduling
import ServiceLifecycle

/// Keeps the clocks of all origin and worker processes of a test together: the time lies in Redis, and news of it
/// come by pub/sub.
struct TestClockFollower: Service {
  private static let key = "test-clock"

  let redis: RedisClient
  let clock: OriginClock
  let logger: Logger

  static func publish(_ now: Instant?, through redis: RedisClient) async throws(RedisError) {
    let text = now?.text ?? ""
    _ = try await redis.send(["SET", key, text])
    _ = try await redis.send(["PUBLISH", key, text])
  }

  func run() async throws {
    logger.warning("the clock can be set through /internal/clock: for tests only")
    await cancelWhenGracefulShutdown { await follow() }
  }

  private func follow() async {
    for await message in redis.messages(on: Self.key) {
      switch message {
      case .published(let bytes): hold(String(decoding: bytes, as: UTF8.self))
      case .resumed:
        guard let text = try? await redis.send(["GET", Self.key]).string else { continue }
        hold(text)
      }
    }
  }

  private func hold(_ text: String) { clock.hold(Instant(text)?.date) }
}
