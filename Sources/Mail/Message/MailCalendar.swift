/// An iCalendar object that goes with a mail: as an alternative to its text, which is how mail programs
/// recognise an invitation (RFC 6047), and as a file, for those that do not.
package struct MailCalendar: Sendable, Hashable {
  /// The object, UTF-8.
  package var content: [UInt8]
  /// The object's METHOD, such as `REQUEST`.
  package var method: String
  package var fileName: String

  package init(content: [UInt8], method: String, fileName: String = "invite.ics") {
    self.content = content
    self.method = method
    self.fileName = fileName
  }
}
