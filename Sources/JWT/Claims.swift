/// What a token says (RFC 7519 section 4.1). Times are seconds since 1970.
package struct Claims: Sendable, Equatable {
  /// Who issued it.
  package var iss: String
  /// Whom it is about: the user id as a decimal string.
  package var sub: String
  /// For whom it is meant; never empty.
  package var aud: [String]
  /// From this second on it is worth nothing.
  package var exp: Int
  /// Before this second it is worth nothing yet.
  package var nbf: Int?
  package var iat: Int?
  /// A name of this one token.
  package var jti: String?
  /// The session it belongs to, which can be revoked.
  package var sid: String?
  /// What it allows, words separated by spaces (RFC 8693 section 4.2).
  package var scope: String?
  /// What else it says in words, numbers and yes or no, alone or in lists; the rest is left out.
  package var others: [String: [String]]

  package init(
    iss: String = "daybook", sub: String, aud: [String] = ["daybook"], exp: Int, nbf: Int? = nil,
    iat: Int? = nil, jti: String? = nil, sid: String? = nil, scope: String? = nil,
    others: [String: [String]] = [:]
  ) {
    self.iss = iss
    self.sub = sub
    self.aud = aud
    self.exp = exp
    self.nbf = nbf
    self.iat = iat
    self.jti = jti
    self.sid = sid
    self.scope = scope
    self.others = others
  }
}
