internal import JSON
internal import Secrets

/// Public keys as a JSON document (RFC 7517, RFC 7518 section 6.2).
enum JWKSet {
  static func parse(_ bytes: [UInt8]) throws(KeySetError) -> [VerificationKey] {
    guard bytes.count <= 64 << 10 else { throw KeySetError("a key set of more than 64 KB") }
    let document: JSONValue
    do {
      document = try JSONValue(parsing: bytes)
    } catch {
      throw KeySetError("a key set that is not JSON: \(error.message)")
    }
    guard let members = document["keys"]?.array else { throw KeySetError("a key set without `keys`") }
    guard members.count <= VerificationKeySet.maximumKeys else {
      throw KeySetError("a key set of more than \(VerificationKeySet.maximumKeys) keys")
    }
    var keys: [VerificationKey] = []
    for member in members {
      guard let key = try key(member) else { continue }
      guard !keys.contains(where: { $0.id == key.id }) else {
        throw KeySetError("a key set with the key id \(key.id) twice")
      }
      keys.append(key)
    }
    guard !keys.isEmpty else { throw KeySetError("a key set without an ES256 key for signatures") }
    return keys
  }

  static func document(_ keys: [VerificationKey]) throws(SecretsError) -> [UInt8] {
    var members: [JSONValue] = []
    for key in keys {
      let (x, y) = try key.key.coordinates()
      members.append(
        .object([
          "kty": .string("EC"), "crv": .string("P-256"), "x": .string(Base64URL.encode(x)),
          "y": .string(Base64URL.encode(y)), "use": .string("sig"),
          "alg": .string(key.algorithm.rawValue), "kid": .string(key.id),
        ]))
    }
    return JSONValue.object(["keys": .array(members)]).bytes
  }

  /// Nil for a key of another kind or use, which is somebody else's.
  private static func key(_ member: JSONValue) throws(KeySetError) -> VerificationKey? {
    guard member["kty"]?.string == "EC", member["crv"]?.string == "P-256",
      (member["use"] ?? .string("sig")) == .string("sig"),
      (member["alg"] ?? .string("ES256")) == .string("ES256"),
      (member["key_ops"] ?? .array([.string("verify")])).array?.contains(.string("verify")) == true
    else { return nil }
    guard let id = member["kid"]?.string, KeyID.isValid(id) else {
      throw KeySetError("a key without a usable `kid` (\(KeyID.rule))")
    }
    guard let x = member["x"]?.string.flatMap(Base64URL.decode),
      let y = member["y"]?.string.flatMap(Base64URL.decode)
    else { throw KeySetError("the key \(id) has no x and y in Base64URL") }
    do {
      return VerificationKey(id: id, algorithm: .es256, key: try ECPublicKey(x: x, y: y))
    } catch {
      throw KeySetError("the key \(id): \(error)")
    }
  }
}
