/// A Message-ID (RFC 5322 section 3.6.4), made of a key that stays the same for every attempt to deliver
/// one message. Receivers and ``FileTransport`` recognise a redelivery by it.
package struct MailMessageID: Sendable, Hashable, CustomStringConvertible {
  /// `key@domain`, without angle brackets. Safe as a file name.
  package let text: String

  /// `key` holds letters, digits and `._=~+-`, at most 128 of them, no dot at an end or beside another;
  /// `domain` is the domain that the mail comes from.
  ///
  /// - Throws: a ``MailError/Kind/permanent`` if not.
  package init(key: String, domain: String) throws(MailError) {
    let words = key.split(separator: ".", omittingEmptySubsequences: false)
    guard key.utf8.count <= 128, words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isAllowed) })
    else {
      throw MailError(.permanent, "a Message-ID cannot be made of this key")
    }
    guard let domain = DomainName.ascii(domain), domain.utf8.count <= 100 else {
      throw MailError(.permanent, "a Message-ID cannot be made of this domain")
    }
    text = "\(key)@\(domain)"
  }

  package var description: String { "<\(text)>" }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) && byte < 0x7F
      || "_=~+-".utf8.contains(byte)
  }
}
