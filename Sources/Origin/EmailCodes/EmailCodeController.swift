import Hummingbird
import JSON
import Jobs
import Problem

/// Codes by mail, asked for and tried: for event types with `requiresBookerEmailVerification`.
struct EmailCodeController: Sendable {
  let codes: EmailCodeStore
  let accounts: AccountStore
  let secrets: SecretBox
  let jobs: JobStore
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/bookings/verification/email")
    group.post("send-code", use: send)
    group.post("verify-code", use: verify)
  }

  /// The answer is the same whoever the address is: it tells nobody anything about it.
  @Sendable func send(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let email = input.email("email")
    _ = input.optionalText("username", 0...200)
    _ = input.optionalText("language", 2...10)
    _ = input.optionalBool("isVerifyingEmail")
    try input.check()
    let code = EmailCode.random(for: email)
    let mail = try EmailCodeMail(code, secrets: secrets)
    guard try await codes.put(code, mail: mail, now: clock.now) else { throw EmailCodeProblems.tooMany }
    jobs.wake()
    return .success { $0.object { $0.member("sent", true) } }
  }

  @Sendable func verify(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try await request.jsonInput()
    let code = EmailCode(email: input.email("email"), text: input.text("code", 1...100))
    try input.check()
    guard try await codes.check(code, now: clock.now) else { throw EmailCodeProblems.wrong(field: "code") }
    // An account that shows this of its own address has confirmed it.
    if let caller = context.caller {
      try await accounts.confirm(code.email, of: caller.userID, now: clock.now)
    }
    return .success { $0.object { $0.member("verified", true) } }
  }
}
