package import Foundation

/// One mail, as a plain value: nothing in it reads a clock or makes up an id, so the same message always
/// has the same bytes (``bytes()``).
///
/// Texts may hold anything that a visitor typed; nothing of it can become a header, another part or
/// another recipient.
package struct MailMessage: Sendable, Hashable {
  package var id: MailMessageID
  /// When it was written. Keep the time of the first attempt.
  package var date: Date
  /// The sender that readers see, and the one that the server is told.
  package var from: MailAddress
  /// At least one. All of them see each other; a recipient of his own gets a message of his own.
  package var to: [MailAddress]
  package var replyTo: MailAddress?
  /// Line ends become spaces; at most ``maximumSubjectBytes`` are sent.
  package var subject: String
  package var text: String
  package var html: String?
  package var calendar: MailCalendar?
  /// An https URL that stops mails of this kind with one POST (RFC 8058).
  package var unsubscribeURL: String?

  package static let maximumSubjectBytes = 400

  package init(
    id: MailMessageID, date: Date, from: MailAddress, to: [MailAddress], replyTo: MailAddress? = nil,
    subject: String, text: String, html: String? = nil, calendar: MailCalendar? = nil,
    unsubscribeURL: String? = nil
  ) {
    precondition(!to.isEmpty, "a mail needs a recipient")
    self.id = id
    self.date = date
    self.from = from
    self.to = to
    self.replyTo = replyTo
    self.subject = subject
    self.text = text
    self.html = html
    self.calendar = calendar
    self.unsubscribeURL = unsubscribeURL
  }
}
