import Synchronization

/// One SQL statement with `$1` parameters, prepared once per connection under a name of its own.
///
/// Make it a `static let` beside the function that uses it: identity is the instance, not the text, so a
/// statement made anew for every call is prepared anew for every call (see ``once(_:)`` for that need).
/// It holds one command: `a; b` is refused by the server.
package struct Statement: Sendable {
  /// The text as written.
  package let sql: String
  /// Zero for a statement that is never prepared by name.
  let id: UInt64

  private static let lastID = Atomic<UInt64>(0)

  /// A statement that every connection prepares when it first needs it.
  package init(_ sql: String) {
    self.sql = sql
    self.id = Self.lastID.wrappingAdd(1, ordering: .relaxed).newValue
  }

  private init(unprepared sql: String) {
    self.sql = sql
    self.id = 0
  }

  /// A statement parsed for this one call and then forgotten: for DDL and text made at run time.
  package static func once(_ sql: String) -> Statement { Statement(unprepared: sql) }
}
