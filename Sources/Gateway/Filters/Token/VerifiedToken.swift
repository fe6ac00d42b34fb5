/// A token that was checked once, with what it says of its bearer. Shared by reference, so that remembering it
/// costs nothing per request.
package final class VerifiedToken: Sendable, Equatable {
  /// The token itself, compared whole when it comes again.
  package let bytes: [UInt8]
  package let subject: String
  /// For rate limits.
  package let subjectIdentity: UInt64
  /// The session it belongs to, which can be revoked.
  package let session: String?
  /// Seconds since 1970 at which it ends, leeway included.
  package let expiresAt: Int
  /// Seconds since 1970; nil when it does not say.
  package let issuedAt: Int?
  /// What it says beyond that, by claim; `scope` word by word.
  private let claims: [String: [String]]

  package init(
    bytes: [UInt8], subject: String, session: String?, expiresAt: Int, issuedAt: Int? = nil,
    claims: [String: [String]] = [:]
  ) {
    self.bytes = bytes
    self.subject = subject
    subjectIdentity = KeyIdentity.of(subject)
    self.session = session
    self.expiresAt = expiresAt
    self.issuedAt = issuedAt
    self.claims = claims
  }

  /// Whether it has the claim with one of the values.
  package func satisfies(_ requirement: RouteConfiguration.Requirement) -> Bool {
    claims[requirement.claim]?.contains(where: requirement.values.contains) ?? false
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
