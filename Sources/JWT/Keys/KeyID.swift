internal import Secrets

/// The rule for key ids, and the id that a key gets when nobody named it.
enum KeyID {
  static let rule = "1 to 64 printable ASCII characters without spaces, quotes and backslashes"

  static func isValid(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy {
        (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
  }

  /// The JWK thumbprint (RFC 7638): the same on every machine, another for every key.
  static func thumbprint(_ key: ECPublicKey) throws(SecretsError) -> String {
    let (x, y) = try key.coordinates()
    let canonical = #"{"crv":"P-256","kty":"EC","x":"\#(Base64URL.encode(x))","y":"\#(Base64URL.encode(y))"}"#
    return Base64URL.encode(SHA256.hash(canonical))
  }
}
