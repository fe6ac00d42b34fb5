import Foundation
import HTTPTypes
import Hummingbird
import JWT
import Problem

/// Checks the bearer token a second time, behind the gateway: identity never comes from a header that a client
/// could have written. No token leaves `caller` nil; a bad one is a 401 everywhere.
struct AuthenticationMiddleware: RouterMiddleware {
  let verifier: TokenVerifier
  let revoked: RevokedSessions

  func handle(
    _ request: Request, context: OriginContext,
    next: @concurrent (Request, OriginContext) async throws -> Response
  ) async throws -> Response {
    guard let header = request.headers[.authorization] else { return try await next(request, context) }
    var context = context
    context.caller = try caller(header)
    return try await next(request, context)
  }

  private func caller(_ header: String) throws(Problem) -> Caller {
    guard header.utf8.count <= 8192, header.prefix(7).lowercased() == "bearer " else {
      throw .unauthorized("bad_token", "Authorization must be: Bearer <token>.")
    }
    // Token life follows the real clock, also when the test clock stands still.
    let claims: Claims
    do {
      claims = try verifier.verify(Array(header.utf8.dropFirst(7)), now: Int(Date().timeIntervalSince1970))
    } catch {
      throw .unauthorized("bad_token", "The access token is not valid or has expired; log in or refresh.")
    }
    guard let userID = Int(claims.sub), let sessionID = claims.sid,
      !revoked.contains(sessionID), !revoked.contains(userID: userID, issuedAt: claims.iat)
    else { throw .unauthorized("session_ended", "This session has ended; log in again.") }
    return Caller(userID: userID, sessionID: sessionID)
  }
}
