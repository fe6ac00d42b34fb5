extension MailMessage {
  /// The message as RFC 5322 and MIME have it: CRLF line ends, no line over 998 octets, everything in
  /// ASCII except UTF-8 local parts of addresses.
  ///
  /// With a calendar: `multipart/mixed` of (`multipart/alternative` of text, HTML and calendar) and the
  /// calendar as a file. Without: text and HTML as alternatives, or the text alone.
  package func bytes() -> [UInt8] {
    var writer = MIMEWriter()
    writeHeaders(to: &writer)
    root.write(to: &writer)
    return writer.bytes
  }

  private func writeHeaders(to writer: inout MIMEWriter) {
    writer.header("Date", MailDate.text(date))
    writer.header("From", HeaderText.addresses([from]))
    if let replyTo { writer.header("Reply-To", HeaderText.addresses([replyTo])) }
    writer.header("To", HeaderText.addresses(to))
    writer.header("Message-ID", id.description)
    let subject = HeaderText.cut(subject, toBytes: Self.maximumSubjectBytes)
    writer.header("Subject", HeaderText.unstructured(subject, after: "Subject: ".utf8.count))
    writer.header("MIME-Version", "1.0")
    // Tells vacation responders and other robots not to answer (RFC 3834).
    writer.header("Auto-Submitted", "auto-generated")
    if let url = unsubscribeURL.flatMap(HeaderText.url) {
      writer.header("List-Unsubscribe", "<\(url)>")
      writer.header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    }
  }

  private var root: MIMEPart {
    var alternatives = [MIMEPart.text("plain", text)]
    if let html { alternatives.append(.text("html", html)) }
    if let calendar { alternatives.append(.calendar(calendar)) }
    let body =
      alternatives.count == 1
      ? alternatives[0] : MIMEPart.multipart("alternative", alternatives, boundary: boundary("alternative"))
    guard let calendar else { return body }
    return .multipart("mixed", [body, .calendarFile(calendar)], boundary: boundary("mixed"))
  }

  /// `=_` occurs neither in quoted-printable nor in base64 text, so no content can hold a boundary.
  private func boundary(_ kind: String) -> String {
    "=_daybook_\(kind)"
  }
}
