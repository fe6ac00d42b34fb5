/// A mailbox, with the name that readers see. Holding one means that its address is well-formed: no
/// spaces, no control characters, nothing that could end a header line or an SMTP command.
///
/// Policy: the domain is kept in its ASCII form (`müller.de` becomes `xn--mller-kva.de`). The part before
/// the `@` may hold UTF-8 (RFC 6531); such a message needs a server that offers SMTPUTF8, others refuse it.
/// Quoted local parts (`"john doe"@…`) and address literals (`@[192.0.2.1]`) are not accepted.
package struct MailAddress: Sendable, Hashable {
  /// Shown to readers; empty when there is none. At most ``maximumNameBytes`` of it are sent.
  package let name: String
  /// `local@domain`, at most 254 octets (RFC 5321 section 4.5.3.1.3).
  package let mailbox: String

  package static let maximumNameBytes = 128

  /// - Throws: a ``MailError/Kind/permanent`` that says what is wrong with `mailbox`.
  package init(name: String = "", mailbox: String) throws(MailError) {
    let parts = mailbox.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw Self.invalid("needs exactly one @") }
    guard Self.isLocalPart(parts[0]) else { throw Self.invalid("has a bad part before the @") }
    guard let domain = DomainName.ascii(parts[1]) else { throw Self.invalid("has a bad domain") }
    self.name = HeaderText.cut(name, toBytes: Self.maximumNameBytes)
    self.mailbox = "\(parts[0])@\(domain)"
    guard self.mailbox.utf8.count <= 254 else { throw Self.invalid("is too long") }
  }

  /// The part after the `@`.
  package var domain: Substring { mailbox[mailbox.index(after: mailbox.lastIndex(of: "@")!)...] }

  /// Dot-atom (RFC 5322 section 3.2.3), with UTF-8 as RFC 6531 allows it.
  private static func isLocalPart(_ text: Substring) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
      && text.unicodeScalars.allSatisfy { $0 == "." || HeaderText.isAtomCharacter($0) || isUTF8Text($0) }
  }

  private static func isUTF8Text(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0xA0 && !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
  }

  private static func invalid(_ what: String) -> MailError {
    MailError(.permanent, "the mail address \(what)")
  }
}
