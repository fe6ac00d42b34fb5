import Foundation

/// A body part with its content type, already encoded (RFC 2045, 2046).
struct MIMEPart {
  private let headers: [(name: String, value: String)]
  private let body: Body

  private enum Body {
    case encoded([UInt8])
    case parts([MIMEPart], boundary: String)
  }

  static func text(_ subtype: String, _ text: String) -> MIMEPart {
    MIMEPart(
      headers: [
        ("Content-Type", "text/\(subtype); charset=utf-8"),
        ("Content-Transfer-Encoding", "quoted-printable"),
      ],
      body: .encoded(QuotedPrintable.encode(text)))
  }

  /// The alternative that mail programs act on. Base64, because its line ends and folds must arrive as
  /// they are.
  static func calendar(_ calendar: MailCalendar) -> MIMEPart {
    let method = MIMEParameter.header("method", calendar.method)
    return MIMEPart(
      headers: [
        ("Content-Type", "text/calendar; charset=utf-8;\(method)"),
        ("Content-Transfer-Encoding", "base64"),
      ],
      body: .encoded(base64(calendar.content)))
  }

  static func calendarFile(_ calendar: MailCalendar) -> MIMEPart {
    MIMEPart(
      headers: [
        ("Content-Type", "application/ics;" + MIMEParameter.header("name", calendar.fileName)),
        ("Content-Disposition", "attachment;" + MIMEParameter.header("filename", calendar.fileName)),
        ("Content-Transfer-Encoding", "base64"),
      ],
      body: .encoded(base64(calendar.content)))
  }

  static func multipart(_ subtype: String, _ parts: [MIMEPart], boundary: String) -> MIMEPart {
    MIMEPart(
      headers: [("Content-Type", "multipart/\(subtype);\r\n boundary=\"\(boundary)\"")],
      body: .parts(parts, boundary: boundary))
  }

  /// Headers, an empty line and the body, which ends in a line break.
  func write(to writer: inout MIMEWriter) {
    for header in headers { writer.header(header.name, header.value) }
    writer.line("")
    switch body {
    case .encoded(let bytes):
      writer.append(bytes)
    case .parts(let parts, let boundary):
      for part in parts {
        writer.line("--\(boundary)")
        part.write(to: &writer)
      }
      writer.line("--\(boundary)--")
    }
  }

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    let options: Data.Base64EncodingOptions = [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ]
    return Array(Data(bytes).base64EncodedData(options: options)) + Array("\r\n".utf8)
  }
}
