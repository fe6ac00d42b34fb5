internal import Secrets

/// The three parts of a token in compact form, decoded: `header.payload.signature`.
///
/// libjwt's jwt_decode is not used to take a stranger's token apart: it stops quietly at the first letter that
/// is not Base64, drops padding and stray bits, cuts at a NUL, lets the last of two equal claims win, and
/// reports every unverified token as `alg: none`.
struct CompactToken {
  let header: [UInt8]
  let payload: [UInt8]
  let signature: [UInt8]
  /// How many bytes of the token are signed: the first two parts and the dot between them.
  let signedLength: Int

  /// ES256 has one length of signature.
  private static let signatureTextLength = (ECPublicKey.signatureLength * 4 + 2) / 3
  private static let dot = UInt8(ascii: ".")

  init(_ token: Span<UInt8>) throws(TokenError) {
    guard token.count <= TokenVerifier.maximumLength else { throw .tooLong }
    // From the end, because the last part has a known length.
    let signatureStart = token.count - Self.signatureTextLength
    guard signatureStart > 3, token[signatureStart - 1] == Self.dot else { throw .malformed }
    signedLength = signatureStart - 1
    guard let headerLength = Self.firstDot(in: token.extracting(first: signedLength)) else {
      throw .malformed
    }
    guard
      let header = Base64URL.decode(token.extracting(first: headerLength)),
      let payload = Base64URL.decode(token.extracting(headerLength + 1..<signedLength)),
      let signature = Base64URL.decode(token.extracting(signatureStart...))
    else { throw .malformed }
    self.header = header
    self.payload = payload
    self.signature = signature
  }

  private static func firstDot(in bytes: Span<UInt8>) -> Int? {
    for index in bytes.indices where bytes[index] == dot { return index }
    return nil
  }
}
