/// The AES-256 keys that seal credentials at rest, as read from the file `SECRETS_KEY_FILE`.
///
/// The file has one key per line, `<key id> <32 bytes in Base64>`; empty lines and lines that start with `#`
/// are skipped. The first key seals, every key opens: to rotate, put a new line first (`openssl rand -base64
/// 32` makes the bytes), restart, seal everything anew, and remove the old line. Key ids are 1 to 32 letters,
/// digits, `-`, `_` or `.`. At most 64 keys.
package struct SealingKeys: Sendable {
  let current: SealingKey
  private let keys: [String: SealingKey]

  /// Reads the text of a key file; the error names the line.
  package init(parsing text: String) throws(SecretsError) {
    var keys: [String: SealingKey] = [:]
    var first: SealingKey?
    let lines = text.split(separator: "\n", maxSplits: 1024, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let key = try SealingKey(line: line, number: index + 1) else { continue }
      guard keys.updateValue(key, forKey: key.id) == nil else {
        throw SecretsError(.malformed, "line \(index + 1): the key id \(key.id) is there twice")
      }
      guard keys.count <= 64 else { throw SecretsError(.malformed, "more than 64 keys") }
      first = first ?? key
    }
    guard let first else { throw SecretsError(.malformed, "no key in the file") }
    current = first
    self.keys = keys
  }

  /// The text of a new key file with one random key.
  package static func newFile(keyID: String) -> String {
    """
    # Daybook sealing keys: <key id> <32 bytes in Base64>. The first seals, all of them open.
    \(keyID) \(Base64.encode(SecureRandom.bytes(count: SealingKey.byteCount), padded: true))

    """
  }

  subscript(id: String) -> SealingKey? { keys[id] }
}
