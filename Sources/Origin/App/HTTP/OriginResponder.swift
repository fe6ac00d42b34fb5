import Hummingbird

/// What clients write in two ways reaches the routes in one: the format's `/api/v2/…` is `/v2/…`, and a plus in a query is
/// a space, as forms send it (URL Standard, section 5.1). What has no spaces turns it back: `Input.compact`.
struct OriginResponder: HTTPResponder {
  private let router: RouterResponder<OriginContext>

  init(_ router: RouterResponder<OriginContext>) { self.router = router }

  func respond(to request: Request, context: OriginContext) async throws -> Response {
    guard let path = request.head.path, path.hasPrefix("/api/v2/") || path.utf8.contains(UInt8(ascii: "+"))
    else { return try await router.respond(to: request, context: context) }
    var head = request.head
    head.path = Self.inOneWay(path)
    return try await router.respond(to: Request(head: head, body: request.body), context: context)
  }

  private static func inOneWay(_ target: String) -> String {
    let path = target.hasPrefix("/api/v2/") ? target.dropFirst("/api".count) : target[...]
    guard let query = path.firstIndex(of: "?") else { return String(path) }
    return "\(path[..<query])\(path[query...].replacing("+", with: "%20"))"
  }
}
