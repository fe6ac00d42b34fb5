import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Problem
import Redis
import Secrets
import Telemetry

/// The listener for operators and other services: health, metrics, and /internal behind the service token. The
/// gateway never routes to it.
enum InternalApp {
  static func build(_ parts: Dependencies, eventLoopGroup: any EventLoopGroup) -> some ApplicationProtocol {
    let address = parts.configuration.internalListen
    let responder = router(parts).buildResponder()
    return Application(
      responder: responder, server: .wire(responder),
      configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port)),
      eventLoopGroupProvider: .shared(eventLoopGroup), logger: parts.logger)
  }

  private static func router(_ parts: Dependencies) -> Router<OriginContext> {
    let router = Router(context: OriginContext.self)
    router.add(middleware: ProblemMiddleware())
    HealthController(postgres: parts.postgres, redis: parts.redis).addRoutes(to: router)
    router.get("/metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: MetricsRegistry.contentType],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: parts.registry.render())))
    }
    let guarded = router.group("/internal")
      .add(middleware: ServiceTokenMiddleware(token: parts.configuration.serviceToken))
    if parts.configuration.testClock {
      ClockController(redis: parts.redis, clock: parts.clock).addRoutes(to: guarded)
    }
    JobController(postgres: parts.postgres, clock: parts.clock).addRoutes(to: guarded)
    EdgeEventController(
      feed: parts.edge, revoked: parts.revoked, sessions: SessionStore(parts.redis), logger: parts.logger
    ).addRoutes(to: guarded)
    return router
  }
}

/// `/internal/*` wants `Authorization: Bearer $SERVICE_TOKEN`; compared in constant time.
struct ServiceTokenMiddleware: RouterMiddleware {
  let token: String

  func handle(
    _ request: Request, context: OriginContext,
    next: @concurrent (Request, OriginContext) async throws -> Response
  ) async throws -> Response {
    let shown = request.headers[.authorization] ?? ""
    guard constantTimeEqual(Array(shown.utf8), Array("Bearer \(token)".utf8)) else {
      throw Problem.unauthorized("service_token", "This needs Authorization: Bearer <the service token>.")
    }
    return try await next(request, context)
  }
}
