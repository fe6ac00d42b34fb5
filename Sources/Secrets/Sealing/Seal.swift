/// Seals small secrets (calendar passwords, tokens of third parties) for the database: AES-256-GCM with a
/// random nonce.
///
/// The sealed form is `1 | n | key id (n bytes) | nonce (12) | ciphertext | tag (16)`. Everything before the
/// nonce and the caller's context are authenticated with it. One key is good for 2^32 seals (NIST SP 800-38D
/// section 8.3); rotate long before.
package struct Seal: Sendable {
  private let keys: SealingKeys

  private static let version: UInt8 = 1

  package init(_ keys: SealingKeys) {
    self.keys = keys
  }

  /// Seals bytes with the current key. The context says what they are for (`"calendar:42:password"`); to open
  /// them the same context is needed, so that a sealed value copied into another row opens nothing.
  package func seal(_ plaintext: [UInt8], context: String) throws(SecretsError) -> [UInt8] {
    let key = keys.current
    let header = [Self.version, UInt8(key.id.utf8.count)] + Array(key.id.utf8)
    let nonce = SecureRandom.bytes(count: AESGCM.nonceLength)
    let sealed = try AESGCM.seal(
      plaintext, key: key.bytes, nonce: nonce, additional: header + Array(context.utf8))
    return header + nonce + sealed
  }

  /// The bytes behind a sealed value. `.unknownKey` when its key left the key file, `.notAuthentic` for
  /// another context or altered bytes.
  package func open(_ sealed: [UInt8], context: String) throws(SecretsError) -> [UInt8] {
    let (id, header) = try Self.header(of: sealed)
    guard let key = keys[id] else {
      throw SecretsError(.unknownKey, "sealed with the key \(id), which is not in the key file")
    }
    let nonce = Array(sealed[header.count..<header.count + AESGCM.nonceLength])
    return try AESGCM.open(
      Array(sealed[(header.count + AESGCM.nonceLength)...]), key: key.bytes, nonce: nonce,
      additional: header + Array(context.utf8))
  }

  /// Whether a sealed value was made with an older key than the current one.
  package func needsReseal(_ sealed: [UInt8]) -> Bool {
    (try? Self.header(of: sealed))?.id != keys.current.id
  }

  private static func header(of sealed: [UInt8]) throws(SecretsError) -> (id: String, bytes: [UInt8]) {
    guard sealed.count > 2, sealed[0] == version else {
      throw SecretsError(.malformed, "not a sealed value")
    }
    let end = 2 + Int(sealed[1])
    guard sealed.count >= end + AESGCM.nonceLength + AESGCM.tagLength else {
      throw SecretsError(.malformed, "a sealed value cut short")
    }
    return (String(decoding: sealed[2..<end], as: UTF8.self), Array(sealed[..<end]))
  }
}
