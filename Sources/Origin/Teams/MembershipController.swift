import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Postgres
import Problem

/// Who works in a team, and as what: api.md 5.
struct MembershipController: Sendable {
  let teams: TeamStore
  let memberships: MembershipStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/teams/:teamId/memberships")
    group.post("", use: add)
    group.get("", use: list)
    group.get(":membershipId", use: read)
    group.patch(":membershipId", use: update)
    group.delete(":membershipId", use: remove)
  }

  // MARK: Routes

  @Sendable func add(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    // Before a word on what was sent: a stranger learns nothing.
    let team = try await teams.managed(context, "teamId", noun: "team")
    var input = try await request.jsonInput()
    let userID = input.int("userId", 1...Int.max)
    let role = input.membershipRole() ?? .staff
    try input.check()
    switch try await adding(userID, as: role, to: team, by: caller.userID) {
    case .added(let membership):
      return .success(.created, headers: told(team)) { membership.write(to: &$0) }
    case .unknownTeam: throw Problem.notFound("team")
    case .unknownUser: throw Problem.notFound("user")
    case .tooMany:
      throw Problem.badRequest(
        "too_many",
        "A team has at most \(MembershipStore.mostPerTeam) members, and nobody works in more than \(TeamStore.mostPerPerson) teams."
      )
    }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let team = try await teamOfMember(context)
    let list = try await memberships.memberships(of: team)
    return .success { json in json.array(list) { $1.write(to: &$0) } }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let team = try await teamOfMember(context)
    let id = try context.id("membershipId", of: "membership")
    guard let membership = try await memberships.membership(id, of: team) else { throw Self.unknown }
    return .success { membership.write(to: &$0) }
  }

  /// The role is for who manages the team, the consent for the member himself.
  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let team = try await teamOfMember(context)
    let id = try context.id("membershipId", of: "membership")
    var input = try await request.jsonInput()
    let accepts = input.optionalBool("acceptsManagedEventTypes")
    let role = input.membershipRole()
    try input.check()
    let changed = try await memberships.change(
      id, to: .init(role: role, acceptsManaged: accepts), in: team, by: caller.userID, now: clock.now
    ) { change in
      if accepts != nil { try change.checkConsent() }
      if role != nil || accepts == nil { try change.checkRole(role ?? change.target.role) }
    }
    guard let (membership, given) = changed else { throw Self.unknown }
    if accepts != nil { feed.hostChanged(membership.userID) }
    return .success { membership.write(to: &$0, given: accepts.map { _ in given }) }
  }

  @Sendable func remove(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let team = try await teamOfMember(context)
    let id = try context.id("membershipId", of: "membership")
    let membership = try await memberships.remove(id, from: team, by: caller.userID, now: clock.now) {
      change in
      try change.checkRemoval()
    }
    guard let membership else { throw Self.unknown }
    return .success(headers: told(team)) { membership.write(to: &$0) }
  }

  // MARK: Steps

  private static let unknown = Problem.notFound("membership")

  private func teamOfMember(_ context: OriginContext) async throws -> Int {
    let id = try await teams.seen(context, "teamId", noun: "team")
    guard try await teams.team(id: id)?.isPersonal == false else { throw Problem.notFound("team") }
    return id
  }

  private func adding(_ userID: Int, as role: MembershipRole, to team: Int, by caller: Int) async throws
    -> MembershipStore.Addition
  {
    do {
      return try await memberships.add(userID, as: role, to: team, by: caller, now: clock.now) { callerRole in
        try MembershipChange.checkAddition(of: role, by: callerRole)
      }
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "memberships_user_key") {
      throw Problem.conflict(
        "already_member", "This user is a member of the team already.",
        fields: ["userId": "is a member already"])
    }
  }

  /// Tells who watches, and says what the gateway in between must forget.
  private func told(_ team: Int) -> HTTPFields {
    feed.businessChanged(team)
    return .purging([.business(team)])
  }
}

extension Input {
  /// Our roles, and those of the format's clients: MEMBER is staff.
  fileprivate mutating func membershipRole() -> MembershipRole? {
    ignore("accepted", "disableImpersonation")
    guard let text = optionalText("role", 1...20)?.lowercased() else { return nil }
    let role = text == "member" ? .staff : MembershipRole(rawValue: text)
    if role == nil { mistake("role", "must be one of owner, admin, staff") }
    return role
  }
}
