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
  /// May share a Sync with other reads.
  let isRead: Bool

  private static let lastID = Atomic<UInt64>(0)

  /// A statement that every connection prepares when it first needs it, and that is a transaction of its own.
  package init(_ sql: String) {
    self.init(sql, id: Self.nextID(), isRead: false)
  }

  /// A quick read that changes nothing at all: no table, no sequence, no lock, no NOTIFY.
  ///
  /// Where several wait for the same connection they travel in one transaction, which halves what a read by
  /// primary key costs the server. Each still has its own answer and its own error; one that runs long holds
  /// up those that it travels with, so a report is better an ordinary statement.
  package static func read(_ sql: String) -> Statement {
    Statement(sql, id: nextID(), isRead: true)
  }

  /// A statement parsed for this one call and then forgotten: for DDL and text made at run time.
  package static func once(_ sql: String) -> Statement { Statement(sql, id: 0, isRead: false) }

  private init(_ sql: String, id: UInt64, isRead: Bool) {
    self.sql = sql
    self.id = id
    self.isRead = isRead
  }

  private static func nextID() -> UInt64 { lastID.wrappingAdd(1, ordering: .relaxed).newValue }
}
