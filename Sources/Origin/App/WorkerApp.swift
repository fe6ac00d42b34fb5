import Foundation
import Jobs
import Logging
import Mail
import ServiceLifecycle

/// All that workers do, kind by kind.
enum WorkerApp {
  static func build(_ parts: Dependencies) throws -> JobWorker {
    let configuration = parts.configuration
    let transport = try MailTransports.make(url: configuration.smtpURL)
    let mails = BookingMailJob(
      bookings: BookingStore(parts.postgres), settings: EmailSettingsStore(parts.postgres),
      emails: try BookingEmails(
        from: try configuration.sender, publicURL: configuration.publicURL,
        publicHost: configuration.publicHost),
      transport: transport)
    let clock = parts.clock
    let codes = EmailCodeMailJob(
      secrets: parts.secrets, from: try configuration.sender, publicHost: configuration.publicHost,
      transport: transport, now: { clock.now })
    let handlers = [mails.handler, codes.handler]
    let log = JobLog(registry: parts.registry, logger: parts.logger, kinds: handlers.map(\.kind))
    return JobWorker(
      postgres: parts.postgres, handlers: handlers, now: { clock.now }, observe: log.observe)
  }
}

extension OriginConfiguration {
  /// `MAIL_FROM`, either `address` or `Name <address>`.
  var sender: MailAddress {
    get throws {
      guard let open = mailFrom.lastIndex(of: "<"), mailFrom.hasSuffix(">") else {
        return try MailAddress(mailbox: mailFrom)
      }
      let name = mailFrom[..<open].trimmingCharacters(in: .whitespaces)
      return try MailAddress(
        name: name, mailbox: String(mailFrom[mailFrom.index(after: open)...].dropLast()))
    }
  }
}
