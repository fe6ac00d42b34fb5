import Foundation
import Jobs
import Mail

/// Sends codes. One that is too old to be of use is not sent any more.
struct EmailCodeMailJob: Sendable {
  let secrets: SecretBox
  let from: MailAddress
  /// The host part of Message-IDs.
  let publicHost: String
  let transport: any MailTransport
  let now: @Sendable () -> Date

  var handler: JobHandler {
    JobHandler(kind: EmailCodeMail.kind, concurrency: 4, timeout: .seconds(90)) { try await send($0) }
  }

  private func send(_ job: Job) async throws {
    guard let message = try message(job.payload, written: job.createdAt) else {
      throw PermanentJobFailure("the payload is not one of a code by mail")
    }
    guard job.createdAt.addingTimeInterval(EmailCode.life) > now() else { return }
    try await transport.sendForJob(message)
  }

  /// Nil for what is no payload of ours.
  func message(_ payload: [UInt8], written: Date) throws -> MailMessage? {
    guard let mail = EmailCodeMail(payload), let address = try? MailAddress(mailbox: mail.email) else {
      return nil
    }
    return MailMessage(
      id: try MailMessageID(key: mail.key, domain: publicHost), date: written, from: from, to: [address],
      subject: "Your code for booking", text: text(try mail.code(secrets)))
  }

  private func text(_ code: String) -> String {
    """
    Your code is \(code).

    Enter it where you are booking. It is good for \(Int(EmailCode.life) / 60) minutes.
    If you are not booking anything, somebody mistyped an address: there is nothing that you need to do.

    """
  }
}
