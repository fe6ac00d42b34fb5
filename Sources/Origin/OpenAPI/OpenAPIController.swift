import HTTPTypes
import Hummingbird

/// The description of everything that the public listener serves: api.md section 4.
struct OpenAPIController: Sendable {
  let document: OpenAPIDocument

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("/v2/openapi.json", use: read)
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let headers: HTTPFields = [.eTag: document.entityTag, .cacheControl: "public, max-age=300"]
    if let known = request.headers[.ifNoneMatch], matches(known) {
      return Response(status: .notModified, headers: headers)
    }
    return Response(json: document.bytes, headers: headers)
  }

  /// Weak comparison, RFC 9110 section 13.1.2: a compressing gateway may have weakened the tag.
  private func matches(_ list: String) -> Bool {
    list.split(separator: ",").contains { part in
      let tag = part.drop { $0 == " " }.prefix { $0 != " " }
      return tag == "*" || tag == document.entityTag || tag.dropFirst(2) == document.entityTag
    }
  }
}
