/// The answer to "is this the password?".
package enum PasswordVerdict: Sendable, Equatable {
  case wrong
  case right
  /// Right, but stored with other parameters than today's: store a new hash.
  case rightButOutdated

  package var isRight: Bool { self != .wrong }
}
