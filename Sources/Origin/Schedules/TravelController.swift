import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem
import Scheduling

/// The dates on which a schedule's hours are read in another zone: api.md 5.
struct TravelController: Sendable {
  let schedules: ScheduleStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  /// Of one schedule.
  private static let most = 200

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("/v2/schedules/:id/travel", use: read)
    router.put("/v2/schedules/:id/travel", use: replace)
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "schedule")
    guard let schedule = try await schedules.schedule(id: id, of: caller.userID) else {
      throw Problem.notFound("schedule")
    }
    return .success { json in json.array(schedule.travel) { $1.write(to: &$0) } }
  }

  @Sendable func replace(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "schedule")
    let elements = try await request.jsonArray(max: Self.most)
    var input = Input(JSONObject())
    let travel = input.objects(elements) { $0.travel() }.compactMap { $0 }
    try input.check()
    guard try await schedules.setTravel(travel, of: id, of: caller.userID, now: clock.now) else {
      throw Problem.notFound("schedule")
    }
    feed.hostChanged(caller.userID)
    return .success(headers: .purging([.host(caller.userID)])) { json in
      json.array(travel) { $1.write(to: &$0) }
    }
  }
}

extension Input {
  /// `{startDate, endDate?, timeZone}`; without an end, from then on.
  fileprivate mutating func travel() -> Schedule.Travel? {
    let first = date("startDate")
    if first == nil, value("startDate") == nil { mistake("startDate", "is required") }
    let last = date("endDate")
    let zone = timeZone("timeZone")
    guard let first else { return nil }
    if let last, last < first { mistake("endDate", "must not be before startDate") }
    return Schedule.Travel(first: first, last: last, timeZone: zone)
  }
}
