/// Why a mail was not sent, and what to do about it.
package struct MailError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    /// Nothing is wrong with the message: try again later.
    case temporary
    /// This message will never be taken: a refused recipient or content, an impossible address.
    case permanent
    /// No message will be taken until somebody mends the settings: refused log-in or sender, a
    /// certificate that is not trusted. Worth trying again, but slowly, and worth an alarm.
    case misconfiguration
  }

  package var kind: Kind
  /// What happened, in words for the operator. Never holds a password.
  package var message: String
  /// The last line that the server said, where there was one; control characters removed, at most
  /// ``maximumReplyBytes``. It may name the recipient.
  package var reply: String?

  /// The bound of ``reply``.
  package static let maximumReplyBytes = 512

  package init(_ kind: Kind, _ message: String, reply: String? = nil) {
    self.kind = kind
    self.message = message
    self.reply = reply
  }

  package var description: String {
    "\(kind.rawValue): \(message)" + (reply.map { " (server: \($0))" } ?? "")
  }
}
