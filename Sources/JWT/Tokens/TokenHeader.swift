private import JSON

/// The protected header of a token (RFC 7515 section 4.1), as much of it as counts here.
struct TokenHeader {
  let alg: String
  let kid: String

  init(parsing bytes: [UInt8]) throws(TokenError) {
    guard let object = try? JSONValue(parsing: bytes).object else { throw .malformed }
    guard object["crit"] == nil else { throw .criticalHeader }
    guard let alg = object["alg"]?.string else { throw .malformed }
    // A nested or embedded thing of another `typ` or `cty` is not an access token.
    guard (object["typ"] ?? .string("JWT")) == .string("JWT"), object["cty"] == nil else { throw .malformed }
    guard let kid = object["kid"]?.string else { throw .unknownKey }
    self.alg = alg
    self.kid = kid
  }
}
