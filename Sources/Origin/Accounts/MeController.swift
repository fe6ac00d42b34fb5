import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Problem

/// One's own profile: api.md 1.8.
struct MeController: Sendable {
  let accounts: AccountStore
  let feed: AvailabilityFeed
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("/v2/me", use: read)
    router.patch("/v2/me", use: update)
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    guard let user = try await accounts.user(id: caller.userID) else { throw Problem.notFound("user") }
    return .success { user.write(to: &$0) }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.jsonInput()
    var changes = UserChanges()
    changes.email = input.optionalEmail("email")
    changes.name = input.optionalText("name", 1...200)
    changes.timeFormat = input.optionalInt("timeFormat", 12...24)
    if let format = changes.timeFormat, format != 12, format != 24 {
      input.mistake("timeFormat", "must be 12 or 24")
    }
    changes.defaultScheduleID = input.optionalInt("defaultScheduleId", 1...Int.max)
    changes.weekStart = input.choice("weekStart", of: Input.weekDays)
    changes.timeZone = input.optionalTimeZone("timeZone")
    changes.locale = input.optionalText("locale", 2...20)
    if input.has("avatarUrl") { changes.avatarURL = .some(input.url("avatarUrl")) }
    if input.has("bio") { changes.bio = .some(input.optionalText("bio", 0...5000)) }
    changes.metadata = input.metadata("metadata")
    try input.check()
    do {
      guard let user = try await accounts.update(caller.userID, changes, now: clock.now) else {
        throw Problem.badInput(["defaultScheduleId": "is not one of your schedules"])
      }
      feed.hostChanged(user.id)
      // His zone may have moved his working hours along.
      return .success(headers: .purging(CacheTag.changed(user: user.id))) { user.write(to: &$0) }
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "users_email_key") {
      throw Problem.conflict(
        "email_taken", "There is an account with this e-mail address already.", fields: ["email": "is taken"])
    }
  }
}
