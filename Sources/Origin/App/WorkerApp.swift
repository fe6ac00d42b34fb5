import Foundation
import Jobs
import Logging
import Mail
import ServiceLifecycle

/// All that workers do, kind by kind.
enum WorkerApp {
  static func build(_ parts: Dependencies) throws -> JobWorker {
    let configuration = parts.configuration
    let mails = BookingMailJob(
      bookings: BookingStore(parts.postgres),
      emails: try BookingEmails(
        from: try configuration.sender, publicURL: configuration.publicURL,
        publicHost: configuration.publicHost),
      transport: try MailTransports.make(url: configuration.smtpURL))
    let log = JobLog(registry: parts.registry, logger: parts.logger, kinds: [BookingMail.kind])
    let clock = parts.clock
    return JobWorker(
      postgres: parts.postgres, handlers: [mails.handler], now: { clock.now }, observe: log.observe)
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
