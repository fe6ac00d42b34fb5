/// Password hashes by scrypt (RFC 7914), with their parameters and salt inside the stored string.
///
/// Every call takes tens of milliseconds and `Parameters.memory` bytes: servers call `PasswordHasher`, which
/// does it on threads of its own.
package enum Password {
  /// The string to store for a password: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, with a new random salt.
  package static func hash(
    _ password: String, parameters: Parameters = .recommended
  ) throws(SecretsError) -> String {
    try PasswordHash(of: password, salt: SecureRandom.bytes(count: 16), parameters: parameters).description
  }

  /// Whether the password is the one behind a stored string; compared in constant time. A string that this
  /// program did not make matches nothing.
  package static func verify(_ password: String, against stored: String) throws(SecretsError) -> Bool {
    guard let stored = PasswordHash(parsing: stored) else { return false }
    return try stored.matches(password)
  }

  /// Whether a stored string was made with other parameters than today's: hash the password again at the next
  /// successful log-in.
  package static func needsRehash(_ stored: String, parameters: Parameters = .recommended) -> Bool {
    PasswordHash(parsing: stored)?.parameters != parameters
  }
}
