import HTTPTypes
import Hummingbird
import JSON
import Problem

/// Rooms and equipment of a business: api.md section 4.
struct ResourceController: Sendable {
  let resources: ResourceStore
  let teams: TeamStore
  let feed: AvailabilityFeed
  let edge: EdgeEventFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/businesses/:businessId/resources")
    group.post("", use: create)
    group.get("", use: list)
    group.get(":resourceId", use: read)
    group.patch(":resourceId", use: update)
    group.delete(":resourceId", use: delete)
  }

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.managed(context)
    var input = try await request.jsonInput()
    let new = ResourceChanges(
      name: input.text("name", 1...200), description: input.optionalText("description", 0...10_000),
      quantity: input.int("quantity", Resource.quantities))
    try input.check()
    guard let resource = try await resources.create(new, in: businessID, now: clock.now) else {
      throw Problem.badRequest(
        "too_many", "There can be at most \(ResourceStore.most) resources; delete one first.")
    }
    return .success(.created) { resource.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.seen(context)
    var input = try request.queryInput()
    let (take, skip) = input.page(take: 100)
    try input.check()
    let (page, total) = try await resources.resources(of: businessID, take: take, skip: skip)
    return .enveloped(.ok) { json in
      json.array("data", page) { $1.write(to: &$0) }
      json.object("pagination") { Page(take: take, skip: skip, total: total).write(page.count, to: &$0) }
    }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.seen(context)
    let id = try context.id("resourceId", of: "resource")
    guard let resource = try await resources.resource(id, of: businessID) else {
      throw Problem.notFound("resource")
    }
    return .success { resource.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.managed(context)
    let id = try context.id("resourceId", of: "resource")
    var input = try await request.jsonInput()
    let changes = ResourceChanges(
      name: input.optionalText("name", 1...200), description: input.optionalText("description", 0...10_000),
      quantity: input.optionalInt("quantity", Resource.quantities))
    try input.check()
    let updated = try await explainingRefusal {
      try await resources.update(id, changes, in: businessID, now: clock.now)
    }
    guard let (resource, eventTypes) = updated else { throw Problem.notFound("resource") }
    for eventType in eventTypes { feed.eventTypeChanged(eventType) }
    // A header has room for a few; the gateways hear of all of them by the edge event.
    if eventTypes.count > 20 { edge.wake() }
    return .success(headers: .purging(eventTypes.prefix(20).map { .eventType($0) })) {
      resource.write(to: &$0)
    }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.managed(context)
    let id = try context.id("resourceId", of: "resource")
    let deleted = try await explainingRefusal {
      try await resources.delete(id, of: businessID, now: clock.now)
    }
    guard let deleted else { throw Problem.notFound("resource") }
    return .success { deleted.write(to: &$0) }
  }

  private func explainingRefusal<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let refusal as ResourceRefusal {
      throw refusal.problem
    }
  }
}
