import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Postgres
import Problem

/// Event types: api.md 1.6.
struct EventTypeController: Sendable {
  let eventTypes: EventTypeStore
  let feed: AvailabilityFeed
  let edge: EdgeEventFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/event-types")
    group.post("", use: create)
    group.get("", use: list)
    group.get(":id", use: read)
    group.patch(":id", use: update)
    group.delete(":id", use: delete)
  }

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let new = input.eventType(onto: EventType(), isNew: true)
    try input.check()
    let created = try await refusingTakenSlug {
      try await eventTypes.create(new, for: caller.userID, now: clock.now)
    }
    guard let created else { throw Self.unknownSchedule }
    edge.wake()
    return .success(.created, headers: .purging([.profile(caller.userID)])) { created.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try request.queryInput()
    let username = input.optionalText("username", 1...63)
    let slug = input.optionalText("eventSlug", 1...100)
    if slug != nil, username == nil { input.mistake("eventSlug", "needs username beside it") }
    // Organisations and dynamic groups are not in this version: nobody is found by them.
    let foreign = [input.optionalText("usernames", 1...500), input.optionalText("orgSlug", 1...100)]
    let organizationID = input.optionalInt("orgId", 1...Int.max)
    let order = input.choice("sortCreatedAt", of: ["asc", "desc"])
    try input.check()
    var found: [EventType] = []
    if foreign.contains(where: { $0 != nil }) || organizationID != nil {
      found = []
    } else if let username {
      found = try await eventTypes.eventTypes(
        username: username, slug: slug, seenBy: context.caller?.userID)
    } else if let caller = context.caller {
      found = try await eventTypes.eventTypes(ownedBy: caller.userID)
    }
    if order == "desc" { found.reverse() }
    return .success(headers: caching(found, context.caller)) { json in
      json.array(found) { $1.write(to: &$0) }
    }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "event type")
    guard let type = try await eventTypes.eventType(id: id, ownedBy: caller.userID) else {
      throw Problem.notFound("event type")
    }
    return .success { type.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "event type")
    let input = try await request.jsonInput()
    let change = try await refusingTakenSlug {
      try await eventTypes.update(id, ownedBy: caller.userID, now: clock.now) { current in
        var input = input
        let changed = input.eventType(onto: current, isNew: false)
        try input.check()
        return changed
      }
    }
    switch change {
    case .changed(let type):
      feed.eventTypeChanged(type.id)
      return .success(headers: .purging(CacheTag.changed(eventType: type.id, of: caller.userID))) {
        type.write(to: &$0)
      }
    case .unknown: throw Problem.notFound("event type")
    case .unknownSchedule: throw Self.unknownSchedule
    }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "event type")
    guard let type = try await eventTypes.delete(id, ownedBy: caller.userID) else {
      throw Problem.notFound("event type")
    }
    feed.eventTypeChanged(type.id)
    return .success(headers: .purging(CacheTag.changed(eventType: type.id, of: caller.userID))) { json in
      json.object { json in
        json.member("id", type.id)
        json.member("lengthInMinutes", type.length)
        json.member("slug", type.slug)
        json.member("title", type.title)
      }
    }
  }

  /// What the public sees of somebody is the same for all who say nothing of who they are. A name that finds nothing
  /// is nobody's yet, so nobody could purge it.
  private func caching(_ found: [EventType], _ caller: Caller?) -> HTTPFields {
    guard caller == nil, let owner = found.first?.owner.id else { return [:] }
    var fields = HTTPFields.cached(seconds: 30, by: [.profile(owner)])
    fields[.vary] = "Authorization"
    return fields
  }

  private static let unknownSchedule = Problem.badInput(["scheduleId": "is not one of your schedules"])

  private func refusingTakenSlug<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "event_types_slug_key") {
      throw Problem.badInput(["slug": "is taken by another of your event types"])
    }
  }
}
