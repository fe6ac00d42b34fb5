import HTTPTypes
import Hummingbird
import JSON
import Problem

/// `cal-api-version`: absent means the newest; one that we do not serve is a 400 that names the one we do.
struct VersionMiddleware: RouterMiddleware {
  /// The first is the one we name. The second of bookings is what the format's own guide tells programs to ask for; its
  /// bodies are the same for us.
  private static let served: [(prefix: String, versions: [String])] = [
    ("/v2/slots", ["2024-09-04"]),
    ("/v2/bookings", ["2024-08-13", "2026-02-25"]),
    ("/v2/event-types", ["2024-06-14"]),
    ("/v2/schedules", ["2024-06-11"]),
  ]

  /// The version that a path is served in; nil where any will do.
  static func version(of path: String) -> String? {
    versions(of: path)?.first
  }

  private static func versions(of path: String) -> [String]? {
    served.first { path.hasPrefix($0.prefix) }?.versions
  }

  func handle(
    _ request: Request, context: OriginContext,
    next: @concurrent (Request, OriginContext) async throws -> Response
  ) async throws -> Response {
    if let asked = request.headers.value(.calAPIVersion),
      let versions = Self.versions(of: request.uri.path), !versions.contains(asked)
    {
      let served = versions[0]
      throw Problem(
        status: 400, reason: "unsupported_version",
        message: "cal-api-version here is \(served); leave the header out for the newest.",
        details: [.init("supported", .array([.string(served)]))])
    }
    return try await next(request, context)
  }
}
