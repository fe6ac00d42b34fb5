import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Problem

/// Keys for programs: api.md 1.10, 4 and 5.
struct APIKeyController: Sendable {
  let keys: APIKeyStore
  let cache: APIKeyCache

  /// How long a refreshed key lives when nothing is said, in days.
  private static let usualDays = 30
  private static let mostDays = 3650

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/api-keys")
    group.post("", use: create)
    group.get("", use: list)
    group.delete(":id", use: revoke)
    group.post("refresh", use: refresh)
  }

  // MARK: Routes

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    var input = try await request.optionalJSONInput()
    let note = input.optionalText("note", 0...500)
    let days = input.optionalInt("expiresInDays", 1...Self.mostDays)
    try input.check()
    let secret = APIKeySecret.make()
    let now = Date()
    let key = try await keys.create(
      secret, note: note, expiresAt: days.map { now.addingTimeInterval(Double($0) * 86_400) },
      for: caller.userID, now: now)
    guard let key else {
      throw Problem.badRequest("too_many", "There are \(APIKey.most) keys already; revoke old ones first.")
    }
    return .success(.created) { key.write(secret, to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let list = try await keys.keys(of: caller.userID)
    return .success { json in json.array(list) { $1.write(to: &$0) } }
  }

  @Sendable func revoke(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = try context.id("id", of: "API key")
    guard let gone = try await keys.delete(id, of: caller.userID) else { throw Problem.notFound("API key") }
    cache.forget(id)
    return .success { gone.write(to: &$0) }
  }

  /// Only the key itself can ask for its successor.
  @Sendable func refresh(_ request: Request, context: OriginContext) async throws -> Response {
    guard let caller = context.caller, case .apiKey(let id) = caller.credential else { throw Self.notAKey }
    var input = try await request.optionalJSONInput()
    let days = input.optionalInt("apiKeyDaysValid", 1...Self.mostDays)
    let never = input.optionalBool("apiKeyNeverExpires") ?? false
    if days != nil, never {
      input.mistake("apiKeyNeverExpires", "must not stand beside apiKeyDaysValid")
    }
    try input.check()
    let secret = APIKeySecret.make()
    let now = Date()
    let end = never ? nil : now.addingTimeInterval(Double(days ?? Self.usualDays) * 86_400)
    guard try await keys.replace(id, of: caller.userID, with: secret, expiresAt: end, now: now) != nil else {
      throw Self.notAKey
    }
    cache.forget(id)
    return .success { json in json.object { $0.member("apiKey", secret.text) } }
  }

  private static let notAKey = Problem.unauthorized(
    "bad_token", "A key is refreshed with the key itself: Authorization: Bearer dk_….")
}
