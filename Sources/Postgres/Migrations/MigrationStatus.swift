/// How far a database's schema is, for `doctor` and readiness.
package struct MigrationStatus: Sendable {
  /// Names of the migrations that ran, oldest first.
  package let applied: [String]
  /// Names of those that did not.
  package let pending: [String]
  /// Why `apply` would refuse: a changed text, a gap, a database newer than this program.
  package let problem: String?

  /// Whether there is nothing to do and nothing wrong.
  package var isCurrent: Bool { pending.isEmpty && problem == nil }
}
