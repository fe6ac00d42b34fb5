import HTTPTypes
import Hummingbird
import Logging
import Telemetry

/// Gives every request its id and every answer the same id, and reports both to the observer.
struct ObservationMiddleware: RouterMiddleware {
  let observer: OriginObserver

  func handle(
    _ request: Request, context: OriginContext,
    next: @concurrent (Request, OriginContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    let start = ContinuousClock.now
    context.requestID =
      request.headers.value(.requestID).flatMap(RequestIdentifier.accepted) ?? RequestIdentifier.make()
    context.trace = request.headers.value(.traceparent)
    var response = try await next(request, context)
    response.headers[.requestID] = context.requestID
    observer.answered(
      method: request.method.rawValue, route: context.endpointPath, status: response.status.code,
      took: start.duration(to: .now), context: context)
    return response
  }
}

/// A client's id is kept when it is 8 to 128 of `A-Za-z0-9._:-`; anything else could break a log line.
enum RequestIdentifier {
  static func accepted(_ text: String) -> String? {
    let fits =
      8...128 ~= text.utf8.count
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
    return fits ? text : nil
  }

  static func make() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
