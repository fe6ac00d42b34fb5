import Foundation
import Glibc
import Synchronization

/// A small SMTP server for tests, on 127.0.0.1 and a port of its own. It keeps what it is sent, and does
/// wrong what a test tells it to: refuse, hang, hang up.
///
///     let sink = try SMTPSink()
///     sink.plan(.reply("451 4.3.0 try again later"), at: .recipient)   // once, then all is well
///     … SMTP_URL = sink.url …
///     let mails = try await sink.mails(atLeast: 1)
///
/// Each connection has a thread. ``stop()`` closes everything; deallocating does too.
package final class SMTPSink: Sendable {
  /// What a client may be told, in the order of a session.
  package enum Stage: Sendable, Hashable {
    /// The greeting of a new connection.
    case greeting
    case hello
    /// AUTH PLAIN or AUTH LOGIN.
    case login
    /// MAIL FROM.
    case sender
    /// RCPT TO.
    case recipient
    /// DATA.
    case data
    /// In the middle of the message: only ``Action/hang`` and ``Action/hangUp`` make sense.
    case body
    /// After the dot that ends the message.
    case accepted
  }

  /// What the sink does instead of what it should.
  package enum Action: Sendable, Hashable {
    /// This line; the message is not kept.
    case reply(String)
    /// Nothing, until the client goes away.
    case hang
    /// Closes the connection.
    case hangUp
    /// Keeps the message, as an honest server would, and closes the connection without saying so.
    case keepAndHangUp
  }

  /// A message as it arrived.
  package struct Mail: Sendable {
    package let sender: String
    package let recipients: [String]
    /// Unstuffed, with CRLF line ends.
    package let bytes: [UInt8]
    /// The user that logged in, if one did.
    package let user: String?

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The unfolded value of the first header of this name; encoded-words stay encoded.
    package func header(_ name: String) -> String? {
      let head = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1).first ?? ""
      for line in head.replacing("\n ", with: " ").split(separator: "\n") {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { continue }
        return parts[1].trimmingCharacters(in: .whitespaces)
      }
      return nil
    }
  }

  package let port: UInt16
  /// The value for `SMTP_URL`.
  package var url: String { "smtp://127.0.0.1:\(port)" }

  let core: SMTPSinkCore

  /// Listens at once. With a user, the sink insists on this log-in.
  package init(user: String? = nil, password: String = "") throws {
    let listener = try LoopbackListener()
    port = listener.port
    core = SMTPSinkCore(listener: listener, credentials: user.map { ($0, password) })
    core.start()
  }

  deinit { core.stop() }

  /// Does `action` at the next `times` occasions of `stage`, after what was planned before.
  package func plan(_ action: Action, at stage: Stage, times: Int = 1) {
    core.state.withLock { $0.plans[stage, default: []].append((action, times)) }
  }

  /// Everything that was taken so far, in the order of arrival.
  package var mails: [Mail] { core.state.withLock { $0.mails } }

  /// Connections that were opened so far.
  package var connectionCount: Int { core.state.withLock { $0.connections } }

  /// Times that a client reached `stage` so far.
  package func count(of stage: Stage) -> Int { core.state.withLock { $0.visits[stage] ?? 0 } }

  /// Waits until `count` messages have been taken, by signal, not by looking again and again.
  ///
  /// - Throws: ``TimedOut`` with what there was by then.
  package func mails(atLeast count: Int, within limit: Duration = .seconds(10)) async throws -> [Mail] {
    try await core.wait(within: limit) { $0.mails.count >= count }
    return mails
  }

  /// Waits until clients have reached `stage` `count` times.
  package func reached(_ stage: Stage, atLeast count: Int = 1, within limit: Duration = .seconds(10))
    async throws
  {
    try await core.wait(within: limit) { ($0.visits[stage] ?? 0) >= count }
  }

  package struct TimedOut: Error, CustomStringConvertible {
    package let description: String
  }

  /// Closes the listener and every connection. What was taken can still be read.
  package func stop() { core.stop() }
}
