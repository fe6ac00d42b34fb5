import HTTPTypes
import Hummingbird

/// The cookie that holds the refresh token: out of reach of scripts, sent only to the auth routes.
struct RefreshCookie: Sendable {
  private static let name = "daybook_refresh"
  /// False only where people come over plain HTTP, which is loopback.
  let isSecure: Bool

  init(isSecure: Bool) { self.isSecure = isSecure }

  func token(in request: Request) -> RefreshToken? {
    request.cookies[Self.name].flatMap { RefreshToken($0.value) }
  }

  func setting(_ token: RefreshToken) -> HTTPFields {
    [.setCookie: text(token.text, maxAge: Session.life)]
  }

  var clearing: HTTPFields { [.setCookie: text("", maxAge: 0)] }

  private func text(_ value: String, maxAge: Int) -> String {
    "\(Self.name)=\(value); Path=/v2/auth; Max-Age=\(maxAge); HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "")
  }
}
