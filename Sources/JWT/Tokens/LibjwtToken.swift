private import CJWT
private import Glibc
private import JSON

/// Owns a jwt_t while a token is made: jwt_new, jwt_add_grant…, jwt_encode_str, jwt_free.
@safe struct LibjwtToken: ~Copyable {
  private let pointer: OpaquePointer

  init() throws(KeySetError) {
    var pointer: OpaquePointer?
    guard unsafe jwt_new(&pointer) == 0, let pointer = unsafe pointer else {
      throw KeySetError("libjwt: jwt_new failed")
    }
    unsafe self.pointer = pointer
  }

  deinit {
    unsafe jwt_free(pointer)
  }

  func add(_ claims: Claims) throws(KeySetError) {
    try add("iss", claims.iss)
    try add("sub", claims.sub)
    try add("aud", words: claims.aud)
    try add("exp", claims.exp)
    try add("nbf", claims.nbf)
    try add("iat", claims.iat)
    try add("jti", claims.jti)
    try add("sid", claims.sid)
    try add("scope", claims.scope)
    for (name, words) in claims.others { try add(name, words: words) }
  }

  /// The token in compact form: ES256 by a key, its id in the header.
  func signed(by key: SigningKey) throws(KeySetError) -> String {
    try check(unsafe jwt_add_header(pointer, "kid", key.id), "jwt_add_header")
    try check(unsafe jwt_set_alg(pointer, JWT_ALG_ES256, key.pem, Int32(key.pem.count)), "jwt_set_alg")
    guard let text = unsafe jwt_encode_str(pointer) else {
      throw KeySetError("libjwt: jwt_encode_str failed")
    }
    // This version of libjwt has no function of its own for it.
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }

  private func add(_ name: String, _ value: String?) throws(KeySetError) {
    guard let value else { return }
    // A C string ends at the first NUL: another claim than the one that was asked for.
    guard !value.utf8.contains(0) else { throw KeySetError("a NUL in the claim \(name)") }
    try check(unsafe jwt_add_grant(pointer, name, value), "jwt_add_grant")
  }

  private func add(_ name: String, _ value: Int?) throws(KeySetError) {
    guard let value else { return }
    try check(unsafe jwt_add_grant_int(pointer, name, value), "jwt_add_grant_int")
  }

  /// One word is a string, as RFC 7519 section 4.1.3 allows of audiences and most readers expect.
  private func add(_ name: String, words: [String]) throws(KeySetError) {
    if words.count == 1 { return try add(name, words[0]) }
    let list = JSONObject.Member(key: name, value: .array(words.map(JSONValue.string)))
    let json = JSONValue.object(JSONObject([list])).bytes
    try check(
      unsafe jwt_add_grants_json(pointer, String(decoding: json, as: UTF8.self)), "jwt_add_grants_json")
  }

  private func check(_ result: Int32, _ what: String) throws(KeySetError) {
    guard result == 0 else { throw KeySetError("libjwt: \(what) failed (\(result))") }
  }
}
