private import COpenSSL
@_spi(_Unicode) private import Swift

/// A stored password hash taken apart, in the PHC string format:
/// `$scrypt$ln=<log2 N>,r=<r>,p=<p>$<salt>$<hash>`, both in Base64 without padding.
struct PasswordHash: CustomStringConvertible {
  let parameters: Password.Parameters
  let salt: [UInt8]
  let key: [UInt8]

  private static let keyLength = 32

  /// Computes the hash of a password: the slow step.
  init(of password: String, salt: [UInt8], parameters: Password.Parameters) throws(SecretsError) {
    self.parameters = parameters
    self.salt = salt
    key = try Self.derive(password, salt: salt, parameters: parameters)
  }

  /// A hash that no password fits but by guessing 256 random bits, made without doing the work.
  static func decoy(parameters: Password.Parameters) -> PasswordHash {
    PasswordHash(
      parameters: parameters, salt: SecureRandom.bytes(count: 16), key: SecureRandom.bytes(count: keyLength))
  }

  private init(parameters: Password.Parameters, salt: [UInt8], key: [UInt8]) {
    self.parameters = parameters
    self.salt = salt
    self.key = key
  }

  /// Nil unless the text has exactly the form that `description` gives.
  init?(parsing text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard text.utf8.count <= 256, parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let parameters = Self.parameters(parts[2]),
      let salt = Base64.decode(parts[3]), salt.count >= 8,
      let key = Base64.decode(parts[4]), key.count == Self.keyLength
    else { return nil }
    self.parameters = parameters
    self.salt = salt
    self.key = key
    guard description == text else { return nil }
  }

  func matches(_ password: String) throws(SecretsError) -> Bool {
    constantTimeEqual(try Self.derive(password, salt: salt, parameters: parameters), key)
  }

  var description: String {
    let work = "ln=\(parameters.costLog2),r=\(parameters.blockSize),p=\(parameters.parallelism)"
    return "$scrypt$\(work)$\(Base64.encode(salt, padded: false))$\(Base64.encode(key, padded: false))"
  }

  private static func parameters(_ text: Substring) -> Password.Parameters? {
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 3, fields[0].hasPrefix("ln="), fields[1].hasPrefix("r="), fields[2].hasPrefix("p="),
      let costLog2 = Int(fields[0].dropFirst(3)), let blockSize = Int(fields[1].dropFirst(2)),
      let parallelism = Int(fields[2].dropFirst(2))
    else { return nil }
    return Password.Parameters(costLog2: costLog2, blockSize: blockSize, parallelism: parallelism)
  }

  /// EVP_PBE_scrypt. The password is brought to NFC first (RFC 8265): keyboards differ in how they send an
  /// accented letter.
  private static func derive(
    _ password: String, salt: [UInt8], parameters: Password.Parameters
  ) throws(SecretsError) -> [UInt8] {
    // The standard library's own, without Foundation: the gateway links this module and has no memory for that.
    let password = Array(String(String.UnicodeScalarView(password._nfc)).utf8)
    var key = [UInt8](repeating: 0, count: keyLength)
    // OpenSSL counts its small blocks beside the large table: 1 MB more is plenty for p = 16.
    let memoryLimit = UInt64(parameters.memory + 1 << 20)
    let result = unsafe password.withUnsafeBytes { password in
      unsafe EVP_PBE_scrypt(
        password.bindMemory(to: CChar.self).baseAddress, password.count, salt, salt.count,
        1 << UInt64(parameters.costLog2), UInt64(parameters.blockSize), UInt64(parameters.parallelism),
        memoryLimit, &key, keyLength)
    }
    try Libcrypto.check(result, "scrypt")
    return key
  }
}
