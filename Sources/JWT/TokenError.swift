/// Why a token is refused. One closed list, so that a gateway can count and explain; `description` is fit for
/// the log and for a WWW-Authenticate header: it repeats nothing of the token.
package enum TokenError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Longer than `TokenVerifier.maximumLength`.
  case tooLong
  /// Not three parts of Base64URL with a JSON object in the first two.
  case malformed
  /// A `crit` header (RFC 7515 section 4.1.11): it asks for rules that we do not know.
  case criticalHeader
  /// No `kid`, or one that is not in the key set.
  case unknownKey
  /// Another `alg` than the key's: `none`, HS256 with a public key and the like.
  case wrongAlgorithm
  case badSignature
  case expired
  /// `nbf` or `iat` lies in the future.
  case notYetValid
  case wrongIssuer
  case wrongAudience
  /// A claim is missing or of the wrong type.
  case badClaim(String)

  package var description: String {
    switch self {
    case .tooLong: "the token is too long"
    case .malformed: "the token is malformed"
    case .criticalHeader: "the token has critical headers"
    case .unknownKey: "the token is signed by an unknown key"
    case .wrongAlgorithm: "the token is signed by an algorithm that its key is not for"
    case .badSignature: "the signature of the token is wrong"
    case .expired: "the token has expired"
    case .notYetValid: "the token is not valid yet"
    case .wrongIssuer: "the token is of another issuer"
    case .wrongAudience: "the token is for another audience"
    case .badClaim(let name): "the claim \(name) of the token is missing or malformed"
    }
  }
}
