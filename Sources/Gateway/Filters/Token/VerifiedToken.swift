/// A token that was checked once, with what it says of its bearer. Shared by reference, so that remembering it
/// costs nothing per request.
package final class VerifiedToken: Sendable, Equatable {
  /// The token itself, compared whole when it comes again.
  package let bytes: [UInt8]
  package let subject: String
  /// The session it belongs to, which can be revoked.
  package let session: String?
  /// Seconds since 1970 at which it ends, leeway included.
  package let expiresAt: Int
  /// Seconds since 1970 at which it was issued, when it says so.
  package let issuedAt: Int?

  package init(
    bytes: [UInt8], subject: String, session: String?, expiresAt: Int, issuedAt: Int? = nil
  ) {
    self.bytes = bytes
    self.subject = subject
    self.session = session
    self.expiresAt = expiresAt
    self.issuedAt = issuedAt
  }

  /// Whether these are all of its bytes.
  package func isExactly(_ token: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    let own = self.bytes
    return bytes.extracting(token).equals(own.span)
  }

  package static func == (left: VerifiedToken, right: VerifiedToken) -> Bool {
    left.bytes == right.bytes
  }
}
