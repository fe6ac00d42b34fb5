/// Takes messages to where they go. Implementations are thread-safe, and never block the calling thread.
///
/// Delivery is at least once: after an error the message may have arrived all the same (a connection that
/// broke after the last byte). A second attempt must carry the same Message-ID, so that it counts once.
package protocol MailTransport: Sendable {
  /// Returns when the next hop has taken responsibility for the message.
  func send(_ message: MailMessage) async throws(MailError)
}

/// Chooses a transport by the scheme of a URL.
package enum MailTransports {
  /// The transport for the value of `SMTP_URL`: `smtp://`, `smtps://` (see ``SMTPConfiguration``) or
  /// `file://` (see ``FileTransport``). Connects to nothing yet.
  ///
  /// - Throws: a ``MailError/Kind/misconfiguration`` whose message names what is wrong, without the URL,
  ///   which holds a password.
  package static func make(url: String) throws(MailError) -> any MailTransport {
    let scheme = url.prefix { $0 != ":" }.lowercased()
    switch scheme {
    case "smtp", "smtps": return SMTPTransport(configuration: try SMTPConfiguration(url: url))
    case "file": return try FileTransport(url: url)
    default:
      throw MailError(
        .misconfiguration,
        "the mail URL must start with smtp://, smtps:// or file://, as in smtp://user:password@host:587")
    }
  }
}
