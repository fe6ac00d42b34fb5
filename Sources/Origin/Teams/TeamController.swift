import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Postgres
import Problem

/// Teams, and the same businesses by the name of section 4: api.md 4 and 5.
struct TeamController: Sendable {
  let teams: TeamStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/teams")
    group.post("", use: create)
    group.get("", use: list)
    group.get(":teamId", use: read)
    group.patch(":teamId", use: update)
    group.delete(":teamId", use: delete)
    let businesses = router.group("/v2/businesses")
    businesses.get("", use: listBusinesses)
    businesses.get(":businessId", use: readBusiness)
    businesses.patch(":businessId", use: updateBusiness)
  }

  // MARK: Teams

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let new = input.team(onto: Team(), isNew: true)
    try input.check()
    let created = try await refusingTakenSlug {
      try await teams.create(new, by: caller.userID, now: clock.now)
    }
    guard let created else {
      throw Problem.badRequest(
        "too_many",
        "Nobody can work in more than \(TeamStore.mostPerPerson) teams; leave or delete one first.")
    }
    return .success(.created) { created.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let list = try await teams.teams(of: caller.userID, withPersonal: false)
    return .success { json in json.array(list) { $1.write(to: &$0) } }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let team = try await found("teamId", noun: "team", context)
    guard !team.isPersonal else { throw Problem.notFound("team") }
    return .success { team.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let team = try await changed(request, "teamId", noun: "team", context) { input, current in
      guard !current.isPersonal else { throw Problem.notFound("team") }
      return input.team(onto: current, isNew: false)
    }
    return .success(headers: told(team, context)) { team.write(to: &$0) }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("teamId", of: "team")
    switch try await teams.delete(id, by: caller.userID, now: clock.now) {
    case .deleted(let team): return .success(headers: told(team, context)) { team.write(to: &$0) }
    case .unknown: throw Problem.notFound("team")
    case .notAllowed: throw Problem.forbidden("Only an owner can delete a team.")
    case .hasBookings:
      throw Problem.conflict(
        "has_bookings", "People have bookings with this team that are still to come; cancel them first.")
    }
  }

  // MARK: Businesses

  @Sendable func listBusinesses(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let list = try await teams.teams(of: caller.userID, withPersonal: true)
    return .success { json in json.array(list) { $1.writeBusiness(to: &$0) } }
  }

  @Sendable func readBusiness(_ request: Request, context: OriginContext) async throws -> Response {
    let business = try await found("businessId", noun: "business", context)
    return .success { business.writeBusiness(to: &$0) }
  }

  @Sendable func updateBusiness(_ request: Request, context: OriginContext) async throws -> Response {
    let business = try await changed(request, "businessId", noun: "business", context) { input, current in
      input.business(onto: current)
    }
    return .success(headers: told(business, context)) { business.writeBusiness(to: &$0) }
  }

  // MARK: Steps

  private func found(_ parameter: String, noun: String, _ context: OriginContext) async throws -> Team {
    let id = try await teams.seen(context, parameter, noun: noun)
    guard let team = try await teams.team(id: id) else { throw Problem.notFound(noun) }
    return team
  }

  private func changed(
    _ request: Request, _ parameter: String, noun: String, _ context: OriginContext,
    _ read: @escaping @Sendable (inout Input, Team) throws -> Team
  ) async throws -> Team {
    let caller = try context.requireCaller()
    let id = try context.id(parameter, of: noun)
    let input = try await request.jsonInput()
    let changed = try await refusingTakenSlug {
      try await teams.update(id, by: caller.userID, now: clock.now) { current, role in
        try role.requireManager()
        var input = input
        let changed = try read(&input, current)
        try input.check()
        return changed
      }
    }
    guard let changed else { throw Problem.notFound(noun) }
    return changed
  }

  /// Tells who watches, and says what the gateway in between must forget.
  private func told(_ team: Team, _ context: OriginContext) -> HTTPFields {
    feed.businessChanged(team.id)
    return .purging(context.caller.map { team.tags(changedBy: $0.userID) } ?? [])
  }

  private func refusingTakenSlug<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "businesses_slug_key") {
      throw Problem.conflict(
        "slug_taken", "There is a team with this slug already; choose another.", fields: ["slug": "is taken"])
    }
  }
}
