import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem
import Scheduling

/// When one is away: api.md 5.
struct OutOfOfficeController: Sendable {
  let absences: OutOfOfficeStore
  let teams: TeamStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/me/ooo")
    group.post("", use: create)
    group.get("", use: list)
    group.get(":id", use: read)
    group.patch(":id", use: update)
    group.delete(":id", use: delete)
  }

  // MARK: Routes

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    let new = input.outOfOffice()
    try input.check()
    try await checkSubstitute(new, caller)
    guard let created = try await absences.create(new, of: caller.userID, now: clock.now) else {
      throw Problem.badRequest("too_many", "There are \(OutOfOffice.most) absences already; delete old ones.")
    }
    return .success(.created, headers: told(caller, created.range)) { created.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try request.queryInput()
    let take = input.optionalInt("take", 1...OutOfOffice.most) ?? OutOfOffice.most
    let skip = input.optionalInt("skip", 0...1_000_000) ?? 0
    try input.check()
    let list = try await absences.absences(of: caller.userID, skip: skip, take: take)
    return .success { json in json.array(list) { $1.write(to: &$0) } }
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let absence = try await found(context)
    return .success { absence.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let current = try await found(context)
    var input = try await request.jsonInput()
    let changed = input.outOfOffice(onto: current)
    try input.check()
    if changed.toUserID != current.toUserID { try await checkSubstitute(changed, caller) }
    guard let written = try await absences.update(changed, of: caller.userID, now: clock.now) else {
      throw Self.unknown
    }
    return .success(headers: told(caller, written.range.union(current.range))) { written.write(to: &$0) }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "absence")
    guard let gone = try await absences.delete(id, of: caller.userID) else { throw Self.unknown }
    return .success(headers: told(caller, gone.range)) { gone.write(to: &$0) }
  }

  // MARK: Steps

  private static let unknown = Problem.notFound("absence")

  private func found(_ context: OriginContext) async throws -> OutOfOffice {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "absence")
    guard let absence = try await absences.absence(id, of: caller.userID) else { throw Self.unknown }
    return absence
  }

  private func checkSubstitute(_ absence: OutOfOffice, _ caller: Caller) async throws {
    guard let other = absence.toUserID else { return }
    guard other != caller.userID, try await teams.isShared(by: caller.userID, and: other) else {
      throw Problem.badInput(["toUserId": "must be somebody else of a team of yours"])
    }
  }

  private func told(_ caller: Caller, _ range: TimeRange) -> HTTPFields {
    feed.hostChanged(caller.userID, from: Instant(range.start), to: Instant(range.end))
    return .purging([.host(caller.userID)])
  }
}
