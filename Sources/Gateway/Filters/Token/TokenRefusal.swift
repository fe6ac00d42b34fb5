/// Why a token is not accepted.
package enum TokenRefusal: Error, Sendable, Equatable, CaseIterable {
  /// The route needs one and none was sent.
  case missing
  /// Two Authorization fields, or two cookies of the name: nobody can say which one counts.
  case repeated
  /// Another scheme than Bearer, or nothing after it.
  case notBearer
  case tooLong
  /// Not the form of a token or of an API key.
  case malformed
  /// Signature or algorithm are not right.
  case untrusted
  /// Signed by a key that is not in the set, which may be newer than the set.
  case unknownKey
  /// The same while the set is being fetched, or is due to be: nobody can say yet.
  case newKey
  case expired
  case notYetValid
  /// For another issuer or audience.
  case notForUs
  /// The session behind it has ended.
  case revoked
  /// A cookie came with more than reading, and not from a page of ours.
  case crossOrigin
  /// It lacks a claim that the route asks for.
  case insufficient
  /// The client has shown too many wrong ones.
  case tooManyFailures
  /// No key set has been fetched yet, so nothing can be checked.
  case noKeys
}
