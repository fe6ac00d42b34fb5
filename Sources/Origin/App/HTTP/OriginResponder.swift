import Hummingbird

/// The format's clients use `/v2/…` and `/api/v2/…` alike; everything behind this sees the first only.
struct OriginResponder: HTTPResponder {
  private let router: RouterResponder<OriginContext>

  init(_ router: RouterResponder<OriginContext>) { self.router = router }

  func respond(to request: Request, context: OriginContext) async throws -> Response {
    guard request.uri.path.hasPrefix("/api/v2/") else {
      return try await router.respond(to: request, context: context)
    }
    var head = request.head
    head.path = head.path.map { String($0.dropFirst("/api".count)) }
    return try await router.respond(to: Request(head: head, body: request.body), context: context)
  }
}
