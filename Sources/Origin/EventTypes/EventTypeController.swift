import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Postgres
import Problem

/// Event types, of people and of teams: api.md 1.6.
struct EventTypeController: Sendable {
  let eventTypes: EventTypeStore
  let teams: TeamStore
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
    for path in ["/v2/teams/:teamId", "/v2/organizations/:orgId/teams/:teamId"] {
      let team = router.group("\(path)/event-types")
      team.post("", use: createForTeam)
      team.get("", use: listOfTeam)
      team.get(":id", use: read)
      team.patch(":id", use: update)
      team.delete(":id", use: delete)
    }
  }

  // MARK: Of a person

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let new = input.eventType(onto: EventType(), isNew: true)
    try input.check()
    return try await created(new, at: .personal(userID: caller.userID))
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try request.queryInput()
    let username = input.optionalText("username", 1...63)
    let teamSlug = input.optionalText("teamSlug", 1...63)
    let slug = input.optionalText("eventSlug", 1...100)
    if slug != nil, username == nil, teamSlug == nil {
      input.mistake("eventSlug", "needs username beside it")
    }
    let names = input.usernames("usernames")
    let organization = input.organization(slug: "orgSlug", id: "orgId")
    let order = input.choice("sortCreatedAt", of: ["asc", "desc"])
    try input.check()
    let caller = context.caller?.userID
    var found: [EventType] = []
    if let username {
      found = try await eventTypes.eventTypes(
        username: username, slug: slug, in: organization, seenBy: caller)
    } else if let names {
      found =
        try await GroupStore(eventTypes.postgres).eventType(of: names, in: organization).map { [$0] } ?? []
    } else if let teamSlug {
      guard organization?.isTeam(slug: teamSlug) ?? true else { return listed([], to: context.caller) }
      found = try await eventTypes.eventTypes(
        team: organization?.id, slug: teamSlug, slug: slug, seenBy: caller)
    } else if let organization {
      found = try await eventTypes.eventTypes(
        team: organization.id, slug: organization.slug, slug: slug, seenBy: caller)
    } else if let caller {
      found = try await eventTypes.eventTypes(ownedBy: caller)
    }
    if order == "desc" { found.reverse() }
    return listed(found, to: context.caller, isKept: organization == nil)
  }

  // MARK: Of a team

  @Sendable func createForTeam(_ request: Request, context: OriginContext) async throws -> Response {
    if !context.organizationFits { throw Problem.notFound("team") }
    let team = try await teams.managed(context, "teamId", noun: "team")
    var input = try await request.jsonInput()
    let new = input.teamEventType(onto: EventType(), isNew: true)
    try input.check()
    return try await created(new, at: .team(team))
  }

  @Sendable func listOfTeam(_ request: Request, context: OriginContext) async throws -> Response {
    let team = try context.id("teamId", of: "team")
    var input = try request.queryInput()
    let slug = input.optionalText("eventSlug", 1...100)
    let order = input.choice("sortCreatedAt", of: ["asc", "desc"])
    try input.check()
    // A list of what nobody has is empty.
    guard context.organizationFits else { return listed([], to: context.caller) }
    var found = try await eventTypes.eventTypes(team: team, slug: slug, seenBy: context.caller?.userID)
    if order == "desc" { found.reverse() }
    return listed(found, to: context.caller)
  }

  // MARK: Of either

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let (type, access) = try await found(context)
    // By its number alone it is for those who have to do with it; its team's list shows it to all of the team.
    if access == .member, context.parameters.get("teamId") == nil { throw Problem.notFound("event type") }
    return .success { type.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let type = try await managed(context)
    let input = try await request.jsonInput()
    let changed = try await refusingTakenSlug {
      try await eventTypes.update(type.id, now: clock.now) { current in
        var input = input
        let changed = input.changed(current)
        try input.check()
        return changed
      }
    }
    guard let changed else { throw Problem.notFound("event type") }
    tell(changed)
    return .success(headers: .purging(changed.cacheTags)) { changed.write(to: &$0) }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let type = try await managed(context)
    if type.parentID != nil {
      throw Problem.forbidden(
        "A team manages this event type: its owner and admins take you out of it there.")
    }
    guard try await eventTypes.delete(type, now: clock.now) else { throw Problem.notFound("event type") }
    tell(type)
    return .success(headers: .purging(type.cacheTags)) { json in
      json.object { json in
        json.member("id", type.id)
        json.member("lengthInMinutes", type.length)
        json.member("slug", type.slug)
        json.member("title", type.title)
      }
    }
  }

  // MARK: Steps

  private func found(_ context: OriginContext) async throws -> (EventType, EventTypeStore.Access) {
    let caller = try context.requireCaller()
    if !context.organizationFits { throw Problem.notFound("team") }
    let id = try context.id("id", of: "event type")
    guard let found = try await eventTypes.eventType(id: id, seenBy: caller.userID) else {
      throw Problem.notFound("event type")
    }
    // Under a team's path only what is that team's.
    if context.parameters.get("teamId") != nil, try context.id("teamId", of: "team") != found.type.businessID
    {
      throw Problem.notFound("event type")
    }
    return found
  }

  private func managed(_ context: OriginContext) async throws -> EventType {
    let (type, access) = try await found(context)
    guard access == .manager else {
      throw Problem.forbidden("Only the team's owner and admins may change its event types.")
    }
    return type
  }

  /// What hosts have of a managed one changes with it.
  private func tell(_ type: EventType) {
    feed.eventTypeChanged(type.id)
    if type.schedulingType == .managed { for host in type.hosts { feed.hostChanged(host.userID) } }
  }

  private func created(_ new: EventType, at place: EventTypeStore.Place) async throws -> Response {
    let created = try await refusingTakenSlug { try await eventTypes.create(new, at: place, now: clock.now) }
    edge.wake()
    return .success(.created, headers: .purging([created.profileTag])) { created.write(to: &$0) }
  }

  /// What the public sees of somebody is the same for all who say nothing of who they are. A name that finds nothing
  /// is nobody's yet, so nobody could purge it.
  /// - Parameter isKept: false where who works where decides, which no tag of these tells.
  private func listed(_ found: [EventType], to caller: Caller?, isKept: Bool = true) -> Response {
    var headers = HTTPFields()
    if caller == nil, isKept, let tags = found.first?.publicTags {
      headers = .cached(seconds: 30, by: tags)
      headers[.vary] = "Authorization"
    }
    return .success(headers: headers) { json in
      json.array(found) { json, type in
        let isOwn = caller.map { type.isOf($0.userID) } ?? false
        type.write(to: &json, isPublic: !isOwn)
      }
    }
  }

  private func refusingTakenSlug<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "event_types_slug_key") {
      throw Problem.badInput(["slug": "is taken by another of your event types"])
    }
  }
}

extension EventType {
  /// Whether this person may see what the public does not: that it is his own.
  fileprivate func isOf(_ userID: Int) -> Bool {
    owner?.id == userID || hosts.contains { $0.userID == userID }
  }

  /// What a public list that begins with it is made of.
  fileprivate var publicTags: [CacheTag] {
    isGroup ? hosts.map { .profile($0.userID) } : [profileTag]
  }
}

extension Input {
  /// Reads a change of what is stored, by the kind of event type that it is.
  fileprivate mutating func changed(_ current: EventType) -> EventType {
    if current.parentID != nil { return managedEventType(onto: current) }
    return current.schedulingType == nil
      ? eventType(onto: current, isNew: false) : teamEventType(onto: current, isNew: false)
  }
}
