import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem
import Scheduling

/// What one enters by hand as taken: api.md 5.
struct OwnBusyTimeController: Sendable {
  let busyTimes: OwnBusyTimeStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/me/busy")
    group.post("", use: create)
    group.get("", use: list)
    group.delete(":id", use: delete)
  }

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let range = input.timeRange(atMostDays: OwnBusyTime.longest)
    try input.check()
    guard let created = try await busyTimes.create(range, of: caller.userID, now: clock.now) else {
      throw Problem.badRequest(
        "too_many", "There are \(OwnBusyTime.most) busy times already; delete old ones.")
    }
    return .success(.created, headers: told(caller, range)) { created.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let list = try await busyTimes.busyTimes(of: caller.userID)
    return .success { json in json.array(list) { $1.write(to: &$0) } }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "busy time")
    guard let gone = try await busyTimes.delete(id, of: caller.userID) else {
      throw Problem.notFound("busy time")
    }
    return .success(headers: told(caller, gone.range)) { gone.write(to: &$0) }
  }

  private func told(_ caller: Caller, _ range: TimeRange) -> HTTPFields {
    feed.hostChanged(caller.userID, from: Instant(range.start), to: Instant(range.end))
    return .purging([.host(caller.userID)])
  }
}
