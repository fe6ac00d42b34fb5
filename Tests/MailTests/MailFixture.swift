import Foundation
import Mail

/// A mail to vary in tests.
enum MailFixture {
  static func message(
    key: String = "booking.k3Vt9.scheduled", to: String = "leo@mail.test",
    _ change: (inout MailMessage) -> Void = { _ in }
  ) throws -> MailMessage {
    var message = MailMessage(
      id: try MailMessageID(key: key, domain: "daybook.test"),
      date: Date(timeIntervalSince1970: 1_795_258_923),
      from: try MailAddress(name: "Daybook", mailbox: "hello@daybook.test"),
      to: [try MailAddress(name: "Leo Kim", mailbox: to)], subject: "Your booking",
      text: "Hello\n.World")
    change(&message)
    return message
  }

  static let calendar = MailCalendar(
    content: Array("BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n".utf8), method: "REQUEST")

  /// Text that tries to get out of where it is put.
  static let hostileTexts = [
    "x\r\nBcc: evil@x.test", "x\nBcc: evil@x.test", "x\rBcc: evil@x.test", "x\r\n\r\nbody", "x\u{0}y",
    "x\u{2028}Bcc: e",
    "x\u{85}Bcc: e", "\" <evil@x.test>, \"", "=?utf-8?B?DQpCY2M6IGV2aWxAeC50ZXN0?=", "--=_daybook_mixed",
    "\u{202E}gnp.exe",
    "\\", "\"", "(comment", "a,b;c:d@e<f>", String(repeating: "世", count: 5000),
    String(repeating: "x", count: 5000),
  ]
}
