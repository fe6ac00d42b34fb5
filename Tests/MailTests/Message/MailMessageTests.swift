import Foundation
import Mail
import Testing

@Suite struct MailMessageTests {
  private func read(_ message: MailMessage) -> MIMEReader { MIMEReader(message.bytes()) }

  @Test func `a plain mail, byte for byte`() throws {
    let text = String(decoding: try MailFixture.message().bytes(), as: UTF8.self)
    #expect(
      text == """
        Date: Sat, 21 Nov 2026 11:02:03 +0000\r
        From: "Daybook" <hello@daybook.test>\r
        To: "Leo Kim" <leo@mail.test>\r
        Message-ID: <booking.k3Vt9.scheduled@daybook.test>\r
        Subject: Your booking\r
        MIME-Version: 1.0\r
        Auto-Submitted: auto-generated\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        Hello\r
        .World\r

        """)
  }

  @Test func `text and HTML are alternatives, the better one last`() throws {
    let message = read(try MailFixture.message { $0.html = "<p>Grüße = €5</p>" })
    #expect(message.type.hasPrefix("multipart/alternative;"))
    #expect(message.parts.map(\.type) == ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
    #expect(message.parts.map(\.text) == ["Hello\r\n.World", "<p>Grüße = €5</p>"])
  }

  @Test func `a calendar is an alternative with its method and a file with a name`() throws {
    let message = read(
      try MailFixture.message {
        $0.html = "<p>"
        $0.calendar = MailFixture.calendar
      })
    #expect(message.type.hasPrefix("multipart/mixed;"))
    let body = try #require(message.parts.first)
    #expect(body.type.hasPrefix("multipart/alternative;"))
    #expect(body.parts.map { $0.type.prefix { $0 != ";" } } == ["text/plain", "text/html", "text/calendar"])
    #expect(body.parts[2].type == "text/calendar; charset=utf-8; method=\"REQUEST\"")
    let file = message.parts[1]
    #expect(file.type == "application/ics; name=\"invite.ics\"")
    #expect(file["Content-Disposition"] == "attachment; filename=\"invite.ics\"")
    #expect(body.parts[2].body == MailFixture.calendar.content && file.body == MailFixture.calendar.content)
  }

  @Test func `a name that is not ASCII is written as RFC 2231 says`() throws {
    let message = read(
      try MailFixture.message {
        $0.calendar = MailCalendar(content: [1], method: "REQUEST", fileName: "Termin \"für\" 世.ics")
      })
    #expect(
      message.parts[1]["Content-Disposition"]
        == "attachment; filename*=utf-8''Termin%20%22f%C3%BCr%22%20%E4%B8%96.ics")
  }

  @Test func `the same message has the same bytes`() throws {
    let make = { try MailFixture.message { $0.calendar = MailFixture.calendar }.bytes() }
    #expect(try make() == make())
  }

  @Test func `unsubscribing is one POST, and only to the web`() throws {
    let good = read(try MailFixture.message { $0.unsubscribeURL = "https://daybook.test/u?t=a&x=%20" })
    #expect(good["List-Unsubscribe"] == "<https://daybook.test/u?t=a&x=%20>")
    #expect(good["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
    for bad in ["javascript:x", "https://x.test/>\r\nBcc: e", "https://x.test/a b", "https://x.test/ü"] {
      #expect(read(try MailFixture.message { $0.unsubscribeURL = bad })["List-Unsubscribe"] == "", "\(bad)")
    }
  }

  @Test(arguments: [
    "Grüße", "世界 👩‍👩‍👧 " + String(repeating: "ü", count: 100), "a=?utf-8?Q?b?=",
    String(repeating: "ab ", count: 90) + ".",
  ])
  func `a subject comes back as it was`(_ subject: String) throws {
    let message = read(try MailFixture.message { $0.subject = subject })
    #expect(message.decoded("Subject") == subject)
  }

  /// Whatever is typed, the same headers are there, no line is too long or holds a control character, and
  /// the parts are the ones that were put in.
  @Test(arguments: MailFixture.hostileTexts)
  func `hostile text stays where it was put`(_ hostile: String) throws {
    let message = read(
      try MailFixture.message {
        $0.subject = hostile
        $0.text = hostile
        $0.html = hostile
        $0.replyTo = try? MailAddress(name: hostile, mailbox: "r@x.test")
        $0.calendar = MailCalendar(content: Array(hostile.utf8), method: hostile, fileName: hostile)
      })
    #expect(
      message.headers.map(\.name) == [
        "Date", "From", "Reply-To", "To", "Message-ID", "Subject", "MIME-Version", "Auto-Submitted",
        "Content-Type",
      ])
    #expect(message.lines.allSatisfy { $0.count <= 78 })
    #expect(message.lines.joined().allSatisfy { (0x20...0x7E).contains($0) })
    #expect(message.parts.count == 2 && message.parts[0].parts.count == 3)
    #expect(
      message.parts[0].parts.map { $0.headers.count } == [2, 2, 2] && message.parts[1].headers.count == 3)
    #expect(message["Reply-To"].hasSuffix(" <r@x.test>"))
    let sent = message.parts[0].parts.prefix(2).map { Array($0.text.unicodeScalars) }
    let expected = Array(hostile.replacing("\r\n", with: "\n").unicodeScalars.map { $0 == "\r" ? "\n" : $0 })
    for text in sent { #expect(text.filter { $0 != "\r" } == expected) }
  }

  @Test func `subject and names are bounded`() throws {
    let long = String(repeating: "世", count: 5000)
    let message = read(
      try MailFixture.message {
        $0.subject = long
        $0.replyTo = try? MailAddress(name: long, mailbox: "r@x.test")
      })
    #expect(message.decoded("Subject").utf8.count == 399)
    #expect(message["Reply-To"].utf8.count < 300)
  }
}
