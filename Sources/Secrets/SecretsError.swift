/// Why a secret could not be made, read or used.
///
/// The message is for operators and logs; it never contains secret bytes.
package struct SecretsError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// Input that is not what it should be: a key file, a PEM, a sealed value.
    case malformed
    /// A sealed value names a key that is not in the key file.
    case unknownKey
    /// The tag does not fit: another key, another context, or altered bytes.
    case notAuthentic
    /// Too many callers wait already; try again later.
    case busy
    /// The waiting task was cancelled.
    case cancelled
    /// libcrypto refused; nothing a caller did.
    case libcrypto
  }

  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}
