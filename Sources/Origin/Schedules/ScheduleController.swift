import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem
import Scheduling

/// Schedules: api.md 1.7.
struct ScheduleController: Sendable {
  let schedules: ScheduleStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/schedules")
    group.post("", use: create)
    group.get("", use: list)
    group.get("default", use: readDefault)
    group.get(":id", use: read)
    group.patch(":id", use: update)
    group.delete(":id", use: delete)
  }

  // MARK: Routes

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    var changes = ScheduleChanges(name: input.text("name", 1...200), timeZone: input.timeZone("timeZone"))
    changes.isDefault = input.optionalBool("isDefault")
    if changes.isDefault == nil { input.mistake("isDefault", "is required") }
    changes.hours = input.hours("availability") ?? Schedule.usualHours
    changes.overrides = input.overrides("overrides") ?? []
    try input.check()
    guard let schedule = try await schedules.create(changes, for: caller.userID, now: clock.now) else {
      throw Problem.badRequest(
        "too_many", "There are \(ScheduleStore.most) schedules already; delete old ones.")
    }
    if schedule.isDefault { feed.hostChanged(caller.userID) }
    return .success(.created, headers: .purging([.host(caller.userID)])) { schedule.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let list = try await schedules.schedules(of: caller.userID)
    return .success { json in json.array(list) { $1.write(to: &$0) } }
  }

  @Sendable func readDefault(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let schedule = try await schedules.schedules(of: caller.userID).first(where: \.isDefault)
    return .success { json in
      if let schedule { schedule.write(to: &json) } else { json.null() }
    }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "schedule")
    guard let schedule = try await schedules.schedule(id: id, of: caller.userID) else {
      throw Problem.notFound("schedule")
    }
    return .success { schedule.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "schedule")
    var input = try await request.jsonInput()
    var changes = ScheduleChanges(
      name: input.optionalText("name", 1...200), timeZone: input.optionalTimeZone("timeZone"))
    changes.isDefault = input.optionalBool("isDefault")
    changes.hours = input.hours("availability")
    changes.overrides = input.overrides("overrides")
    try input.check()
    guard let schedule = try await schedules.update(id, changes, of: caller.userID, now: clock.now) else {
      throw Problem.notFound("schedule")
    }
    feed.hostChanged(caller.userID)
    return .success(headers: .purging([.host(caller.userID)])) { schedule.write(to: &$0) }
  }

  /// The format answers 400, not 404, for an unknown one here.
  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    guard let id = Int(context.text("id")), try await schedules.delete(id, of: caller.userID) else {
      throw Problem.badRequest("not_found", "There is no such schedule.")
    }
    feed.hostChanged(caller.userID)
    return .success(headers: .purging([.host(caller.userID)]))
  }
}

extension Input {
  /// `[{days:["Monday"], startTime:"09:00", endTime:"17:00"}]`
  mutating func hours(_ key: String) -> [Schedule.Hours]? {
    objects(key, max: 100) { row -> Schedule.Hours? in
      let days = row.weekdays("days")
      let (start, end) = (row.clockTime("startTime"), row.clockTime("endTime"))
      guard let start, let end else { return nil }
      return Schedule.Hours(days: days, start: start, end: end)
    }?.compactMap { $0 }
  }

  /// `[{date:"2024-05-20", startTime:"12:00", endTime:"14:00"}]`
  mutating func overrides(_ key: String) -> [Schedule.Override]? {
    objects(key, max: 1000) { row -> Schedule.Override? in
      let date = CivilDate(row.text("date", 1...40))
      if date == nil { row.mistake("date", "must be a date such as 2024-05-20") }
      let (start, end) = (row.clockTime("startTime"), row.clockTime("endTime"))
      guard let start, let end, let date else { return nil }
      return Schedule.Override(date: date, start: start, end: end)
    }?.compactMap { $0 }
  }

  private mutating func weekdays(_ key: String) -> [Weekday] {
    guard let names = texts(key, max: 7, 1...9) else {
      mistake(key, "is required")
      return []
    }
    let days = names.compactMap { Weekday(name: $0) }
    if days.count < names.count { mistake(key, "must be names such as Monday") }
    if Set(days).count < days.count { mistake(key, "must not name a day twice") }
    return days
  }

  private mutating func clockTime(_ key: String) -> ClockTime? {
    let text = text(key, 1...40)
    let time = ClockTime(text)
    if time == nil { mistake(key, "must be a time such as 09:00") }
    return time
  }
}
