import Jobs
import Mail

/// Sends the mails of bookings. The booking is read when the mail is sent; the Message-ID makes a repetition count
/// once.
struct BookingMailJob: Sendable {
  let bookings: BookingStore
  let settings: EmailSettingsStore
  let emails: BookingEmails
  let transport: any MailTransport

  var handler: JobHandler {
    JobHandler(kind: BookingMail.kind, concurrency: 8, timeout: .seconds(90)) { try await send($0) }
  }

  private func send(_ job: Job) async throws {
    guard let (uid, mail) = BookingMail.read(job.payload) else {
      throw PermanentJobFailure("the payload is not one of a booking mail")
    }
    guard let booking = try await bookings.booking(uid: uid) else {
      throw PermanentJobFailure("the booking does not exist any more")
    }
    if try await settings.settings(for: booking).silences(mail.recipient) { return }
    guard let message = try emails.message(mail, about: booking) else { return }
    try await transport.sendForJob(message)
  }
}
