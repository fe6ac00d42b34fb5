import Foundation
import HTTPTypes
import Hummingbird
import JWT
import Problem

/// Checks the bearer token a second time, behind the gateway, and API keys for the first: identity never comes from a header that a client
/// could have written. No token leaves `caller` nil; a bad one is a 401 everywhere.
struct AuthenticationMiddleware: RouterMiddleware {
  let verifier: TokenVerifier
  let revoked: RevokedSessions
  let keys: APIKeyCache

  func handle(
    _ request: Request, context: OriginContext,
    next: @concurrent (Request, OriginContext) async throws -> Response
  ) async throws -> Response {
    guard let header = request.headers[.authorization] else { return try await next(request, context) }
    var context = context
    context.caller = try await caller(header)
    return try await next(request, context)
  }

  private func caller(_ header: String) async throws -> Caller {
    guard header.utf8.count <= 8192, header.prefix(7).lowercased() == "bearer " else {
      throw Problem.unauthorized("bad_token", "Authorization must be: Bearer <token>.")
    }
    let token = header.dropFirst(7)
    return token.hasPrefix(APIKeySecret.prefix) ? try await owner(ofKey: token) : try caller(token: token)
  }

  private func owner(ofKey text: Substring) async throws -> Caller {
    var owner: APIKeyStore.Owner?
    do {
      if let secret = APIKeySecret(text) { owner = try await keys.owner(ofHash: secret.hash) }
    } catch is APIKeyCache.Busy {
      throw Problem.unavailable("busy", "Too many keys to check at once; try again.", retryAfter: 1)
    }
    guard let owner else {
      throw Problem.unauthorized("bad_token", "The API key is not valid: it was revoked, or has expired.")
    }
    return Caller(userID: owner.userID, credential: .apiKey(owner.keyID))
  }

  private func caller(token: Substring) throws(Problem) -> Caller {
    // Token life follows the real clock, also when the test clock stands still.
    let claims: Claims
    do {
      claims = try verifier.verify(Array(token.utf8), now: Int(Date().timeIntervalSince1970))
    } catch {
      throw .unauthorized("bad_token", "The access token is not valid or has expired; log in or refresh.")
    }
    guard let userID = Int(claims.sub), let sessionID = claims.sid,
      !revoked.contains(sessionID), !revoked.contains(userID: userID, issuedAt: claims.iat)
    else { throw .unauthorized("session_ended", "This session has ended; log in again.") }
    return Caller(userID: userID, credential: .session(sessionID))
  }
}
