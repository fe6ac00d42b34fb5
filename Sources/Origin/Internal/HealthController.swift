import HTTPTypes
import Hummingbird
import JSON
import Postgres
import Redis

/// Liveness: the process answers. Readiness: it can serve, or which part of it cannot.
struct HealthController: Sendable {
  let postgres: PostgresClient
  let redis: RedisClient

  private static let ping = Statement("SELECT 1")

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("/health/live") { _, _ in Self.answer([:]) }
    router.get("/health/ready") { _, _ in await ready() }
  }

  private func ready() async -> Response {
    async let database = Self.state { _ = try await postgres.query(Self.ping) }
    async let sessions = Self.state { try await redis.ping() }
    async let schema = Self.state { try await checkSchema() }
    return Self.answer(["postgres": await database, "redis": await sessions, "migrations": await schema])
  }

  private func checkSchema() async throws {
    let status = try await Migrations.migrator.status(of: postgres.configuration)
    if !status.isCurrent { throw NotReady() }
  }

  private struct NotReady: Error {}

  private static func state(_ check: () async throws -> Void) async -> Bool {
    do {
      try await check()
      return true
    } catch {
      return false
    }
  }

  private static func answer(_ checks: KeyValuePairs<String, Bool>) -> Response {
    let isReady = checks.allSatisfy(\.value)
    var json = JSONWriter()
    json.object { json in
      json.member("status", isReady ? "ok" : "not ready")
      json.object("checks") { json in
        for (name, isFine) in checks {
          json.key(name)
          json.string(isFine ? "ok" : "not ready")
        }
      }
    }
    return Response(json: json.bytes, status: isReady ? .ok : .serviceUnavailable)
  }
}
