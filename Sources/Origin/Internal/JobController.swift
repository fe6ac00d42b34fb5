import Hummingbird
import JSON
import Jobs
import Postgres
import Problem

/// `/internal/jobs`: the outbox as operators see it; dead jobs can be looked at and brought back.
struct JobController: Sendable {
  private let jobs: JobStore
  private let clock: OriginClock

  init(postgres: PostgresClient, clock: OriginClock) {
    jobs = JobStore(postgres)
    self.clock = clock
  }

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("jobs", use: summary)
    router.post("jobs/:id/retry", use: retry)
  }

  @Sendable private func summary(_ request: Request, context: OriginContext) async throws -> Response {
    let counts = try await jobs.counts()
    let dead = try await jobs.dead(limit: 100)
    return .success { json in
      json.object { json in
        json.member("waiting", counts.living)
        json.member("dead", counts.dead)
        json.array("latestDead", dead) { json, dead in
          json.object { json in
            json.member("id", dead.job.id)
            json.member("businessId", dead.job.businessID)
            json.member("kind", dead.job.kind)
            json.member("payload", raw: dead.job.payload)
            json.member("attempts", dead.job.attempt)
            json.member("lastError", dead.lastError)
            json.member("diedAt", dead.diedAt.map(ISO8601.text))
          }
        }
      }
    }
  }

  @Sendable private func retry(_ request: Request, context: OriginContext) async throws -> Response {
    guard try await jobs.retry(id: try context.id("id", of: "job"), now: clock.now) else {
      throw Problem.notFound("dead job")
    }
    return .success()
  }
}
