import Foundation
import Hummingbird
import HTTPTypes
import JSON
import JWT
import Postgres
import Problem
import Secrets

/// Sign-up, log-in, refresh, log-out, and the list of one's sessions: api.md section 4.
struct AuthController: Sendable {
  let accounts: AccountStore
  let sessions: SessionStore
  let revoked: RevokedSessions
  let passwords: PasswordHasher
  let signer: TokenSigner
  let cookie: RefreshCookie

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let auth = router.group("/v2/auth")
    auth.post("signup", use: signUp)
    auth.post("login", use: logIn)
    auth.post("refresh", use: refresh)
    auth.post("logout", use: logOut)
    auth.get("sessions", use: listSessions)
    auth.delete("sessions/:id", use: endSession)
  }

  // MARK: Routes

  @Sendable func signUp(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let email = input.email("email")
    let password = input.text("password", 8...200)
    let name = input.text("name", 1...200)
    let username = input.text("username", 1...63)
    let timeZone = input.timeZone("timeZone")
    if !username.isEmpty, !Username.isValid(username) {
      input.mistake("username", "must be lower-case letters, digits and inner hyphens")
    }
    try input.check()
    let hash = try await passwords.hash(password)
    let new = NewUser(
      email: email, passwordHash: hash, name: name, username: username, timeZone: timeZone)
    guard let user = try await create(new) else { throw Problem.internalError }
    return try await startSession(for: user, request, status: .created)
  }

  @Sendable func logIn(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let email = input.text("email", 1...254)
    let password = input.text("password", 1...200)
    try input.check()
    let found = try await accounts.credentials(email: email)
    // Without a user the hasher does the same work against a decoy: the time tells nothing.
    let verdict = try await passwords.verify(password, against: found?.passwordHash)
    guard let user = found?.user, verdict.isRight else {
      throw Problem.unauthorized("wrong_credentials", "The e-mail address or the password is not right.")
    }
    if verdict == .rightButOutdated {
      try await accounts.setPasswordHash(passwords.hash(password), of: user.id)
    }
    return try await startSession(for: user, request, status: .ok)
  }

  @Sendable func refresh(_ request: Request, context: OriginContext) async throws -> Response {
    guard let token = cookie.token(in: request) else {
      throw Problem.unauthorized("no_session", "There is no session here; log in.")
    }
    switch try await sessions.rotate(token, now: Date()) {
    case .rotated(let userID, let next):
      guard let user = try await accounts.user(id: userID) else { throw ended }
      return try answer(for: user, next, status: .ok)
    case .unknown:
      throw ended
    case .reused(let userID):
      try await revoked.revoke(token.sessionID, of: userID)
      _ = try await sessions.end(token.sessionID, of: userID)
      throw ended
    }
  }

  @Sendable func logOut(_ request: Request, context: OriginContext) async throws -> Response {
    if let caller = context.caller {
      guard let sessionID = caller.sessionID else {
        throw Problem.forbidden("An API key has no session to end; revoke it with DELETE /v2/api-keys/{id}.")
      }
      try await end(sessionID, of: caller.userID)
    } else if let token = cookie.token(in: request), let userID = try await sessions.owner(of: token) {
      try await end(token.sessionID, of: userID)
    }
    return .success(headers: cookie.clearing)
  }

  @Sendable func listSessions(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let list = try await sessions.sessions(of: caller.userID)
    return .success { json in
      json.array(list) { json, session in
        json.object { json in
          json.member("id", session.id)
          json.member("current", session.id == caller.sessionID)
          json.member("createdAt", ISO8601.text(session.createdAt))
          json.member("lastSeenAt", ISO8601.text(session.lastSeenAt))
          json.member("userAgent", session.userAgent)
        }
      }
    }
  }

  @Sendable func endSession(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    let id = context.text("id")
    guard try await sessions.exists(id, of: caller.userID) else { throw Problem.notFound("session") }
    try await end(id, of: caller.userID)
    return .success()
  }

  // MARK: Steps

  private func create(_ new: NewUser) async throws -> User? {
    do {
      return try await accounts.signUp(new, now: Date())
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "users_email_key") {
      throw Problem.conflict(
        "email_taken", "There is an account with this e-mail address already.",
        fields: ["email": "is taken"])
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "users_username_key") {
      throw Problem.conflict(
        "username_taken", "This user name is taken; choose another.", fields: ["username": "is taken"])
    }
  }

  private func startSession(for user: User, _ request: Request, status: HTTPResponse.Status) async throws
    -> Response
  {
    let token = try await sessions.create(
      userID: user.id, userAgent: request.headers[.userAgent] ?? "", now: Date())
    return try answer(for: user, token, status: status)
  }

  private func answer(for user: User, _ token: RefreshToken, status: HTTPResponse.Status) throws -> Response {
    let accessToken = try signer.sign(userID: user.id, sessionID: token.sessionID)
    return .success(status, headers: cookie.setting(token)) { json in
      json.object { json in
        json.key("user")
        user.write(to: &json)
        json.member("accessToken", accessToken)
        json.member("expiresIn", AccessToken.life)
      }
    }
  }

  /// The tokens first: they are what a thief has, and whoever is not answered tries again.
  private func end(_ sessionID: String, of userID: Int) async throws {
    try await revoked.revoke(sessionID, of: userID)
    _ = try await sessions.end(sessionID, of: userID)
  }

  private var ended: Problem {
    var problem = Problem.unauthorized("session_ended", "This session has ended; log in again.")
    if let clear = cookie.clearing[.setCookie] { problem.headers.append(.init("Set-Cookie", clear)) }
    return problem
  }
}

enum Username {
  static func isValid(_ text: String) -> Bool {
    let bytes = text.utf8
    guard 1...63 ~= bytes.count, bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
      return false
    }
    return bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}
