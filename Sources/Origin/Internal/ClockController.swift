import Foundation
import Hummingbird
import JSON
import Problem
import Redis
import Scheduling

/// `PUT /internal/clock`: holds the time still for tests. There only with `--test-clock`.
struct ClockController: Sendable {
  let redis: RedisClient
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.put("clock", use: hold)
    router.get("clock") { _, _ in answer() }
  }

  @Sendable private func hold(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    guard input.has("now") else { throw Problem.badInput(["now": "is required; null lets the time run"]) }
    let now = input.optionalInstant("now")
    try input.check()
    clock.hold(now?.date)
    try await TestClockFollower.publish(now, through: redis)
    return answer()
  }

  private func answer() -> Response {
    .success { json in
      json.object { $0.member("now", ISO8601.text(clock.now)) }
    }
  }
}
