import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Problem
import Redis
import Secrets

/// The one place where errors become answers. A `Problem` says what it is; what the database and the session
/// store could not do is a 503; everything else is a 500 that says nothing outside and everything in the log.
struct ProblemMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: OriginContext,
    next: @concurrent (Request, OriginContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let problem = problem(for: error, request: request, context: context)
      // The time of the answer is real time even under the test clock: it is for people reading logs.
      return Response(problem, path: String(request.uri.path.prefix(500)), timestamp: ISO8601.text(Date()))
    }
  }

  private func problem(for error: any Error, request: Request, context: OriginContext) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let error as HTTPError where error.status == .notFound:
      return Problem(status: 404, reason: "unknown_path", message: "There is nothing at this path.")
    case let error as HTTPError where error.status.code < 500:
      return Problem(
        status: error.status.code, reason: "bad_request", message: error.body ?? "The request is not right.")
    case let error as PostgresError where error.isOverload:
      context.log.warning("database not reachable in time", metadata: ["error": "\(error)"])
      return .unavailable("database_unavailable", "The database is busy or away; try again.", retryAfter: 2)
    case let error as RedisError:
      context.log.warning("session store not reachable", metadata: ["error": "\(error)"])
      return .unavailable(
        "sessions_unavailable", "Log-ins are not possible right now; try again.", retryAfter: 2)
    case let error as SecretsError where error.kind == .busy:
      return .unavailable("busy", "Too many log-ins at once; try again.", retryAfter: 1)
    default:
      context.log.error("request failed", metadata: ["error": "\(error)"])
      return .internalError
    }
  }
}

extension PostgresError {
  /// Whether the statement failed for want of a server rather than for what it said.
  var isOverload: Bool {
    switch kind {
    case .connection, .timeout, .queueFull, .cancelled: true
    case .server: isRetryable
    case .encode, .decode: false
    }
  }
}
