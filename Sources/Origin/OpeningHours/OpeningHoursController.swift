import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem
import Scheduling

/// When a business is open: api.md 4.
struct OpeningHoursController: Sendable {
  let openingHours: OpeningHoursStore
  let teams: TeamStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/businesses/:businessId/hours")
    group.get("", use: read)
    group.put("", use: replace)
    group.post("closures", use: close)
    group.delete("closures/:closureId", use: open)
  }

  // MARK: Routes

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let found = try await found(teams.seen(context))
    return .success { found.write(to: &$0) }
  }

  @Sendable func replace(_ request: Request, context: OriginContext) async throws -> Response {
    let (id, tags) = try await managed(context)
    var input = try await request.jsonInput()
    let zone = input.optionalTimeZone("timeZone")
    let hours = input.hours("hours")
    if hours == nil, input.value("hours") == nil {
      input.mistake("hours", "is required; [] is open at all times")
    }
    try input.check()
    try await openingHours.replace(hours ?? [], timeZone: zone, of: id, purging: tags, now: clock.now)
    let found = try await found(id)
    return .success(headers: told(id, tags)) { found.write(to: &$0) }
  }

  @Sendable func close(_ request: Request, context: OriginContext) async throws -> Response {
    let (id, tags) = try await managed(context)
    var input = try await request.jsonInput()
    let closure = input.closure()
    try input.check()
    guard let closure,
      let closed = try await openingHours.close(closure, of: id, purging: tags, now: clock.now)
    else {
      throw Problem.badRequest("too_many", "There are \(Closure.most) closures already; delete old ones.")
    }
    return .success(.created, headers: told(id, tags)) { closed.write(to: &$0) }
  }

  @Sendable func open(_ request: Request, context: OriginContext) async throws -> Response {
    let (id, tags) = try await managed(context)
    let closureID = try context.id("closureId", of: "closure")
    guard let gone = try await openingHours.open(closureID, of: id, purging: tags) else {
      throw Problem.notFound("closure")
    }
    return .success(headers: told(id, tags)) { gone.write(to: &$0) }
  }

  // MARK: Steps

  /// A business that the caller manages, and what a change of it makes out of date.
  private func managed(_ context: OriginContext) async throws -> (id: Int, tags: [CacheTag]) {
    let caller = try context.requireCaller()
    let id = try await teams.managed(context)
    guard let team = try await teams.team(id: id) else { throw Problem.notFound("business") }
    return (id, team.tags(changedBy: caller.userID))
  }

  private func found(_ id: Int) async throws -> OpeningHours {
    guard let found = try await openingHours.openingHours(of: id) else { throw Problem.notFound("business") }
    return found
  }

  /// Tells who watches, and says what the gateway in between must forget.
  private func told(_ id: Int, _ tags: [CacheTag]) -> HTTPFields {
    feed.businessChanged(id)
    return .purging(tags)
  }
}

extension Input {
  /// `{startDate, endDate?, reason?}`; without an end it is one day.
  fileprivate mutating func closure() -> Closure? {
    let first = date("startDate")
    if first == nil, value("startDate") == nil { mistake("startDate", "is required") }
    let last = date("endDate")
    let reason = optionalText("reason", 0...500) ?? ""
    guard let first else { return nil }
    let end = last ?? first
    if end < first { mistake("endDate", "must not be before startDate") }
    if end - first >= Closure.longest {
      mistake("endDate", "must be less than \(Closure.longest) days after startDate")
    }
    return Closure(first: first, last: end, reason: reason)
  }
}
