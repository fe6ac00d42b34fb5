/// What curl says about one attempt, as plain values.
struct SMTPOutcome {
  /// The classes of curl's result codes that matter here.
  enum Result {
    case sent
    /// Log-in refused, certificate not trusted, TLS not to be had: CURLE_LOGIN_DENIED,
    /// CURLE_PEER_FAILED_VERIFICATION, CURLE_USE_SSL_FAILED and the like.
    case settings
    /// The server answered, but not what was hoped for: CURLE_SEND_ERROR, CURLE_WEIRD_SERVER_REPLY.
    case refused
    /// No server, no answer, a broken connection, time is up.
    case unreachable
    /// The caller's task was cancelled.
    case cancelled
  }

  var result: Result
  /// curl's own words.
  var message: String
  /// The code of the server's last reply, 0 when there was none.
  var replyCode: Int
  var reply: String?
  /// Whether the server has been sent the whole message.
  var isBodySent: Bool

  /// The error to report; `nil` when the message was sent.
  var error: MailError? {
    kind.map { MailError($0, message, reply: reply) }
  }

  /// Whether the server went away, silently or with 421, the code for that.
  var isConnectionLost: Bool {
    switch result {
    case .unreachable, .refused: replyCode < 400 || replyCode == 421
    case .sent, .settings, .cancelled: false
    }
  }

  /// A reply in the 400s says "later" wherever it comes. One in the 500s is about this message only when
  /// it answers RCPT, DATA or the message itself: before that it is about us.
  private var kind: MailError.Kind? {
    switch result {
    case .sent: nil
    case .settings: replyCode / 100 == 4 ? .temporary : .misconfiguration
    case .refused where replyCode / 100 == 5: refusalKind
    case .refused, .unreachable, .cancelled: .temporary
    }
  }

  private var refusalKind: MailError.Kind {
    switch replyCode {
    // Authentication required, mechanism too weak, encryption required (RFC 4954 section 6).
    case 530, 534, 535, 538: return .misconfiguration
    default: break
    }
    if isBodySent || message.hasPrefix("RCPT failed") || message.hasPrefix("DATA failed") {
      return .permanent
    }
    return message.hasPrefix("MAIL failed") ? .misconfiguration : .temporary
  }
}
