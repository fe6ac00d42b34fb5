/// What a listener gets.
package enum PostgresNotification: Sendable, Equatable {
  /// Listening from here on. Comes first, again after every reconnect, and when the listener was too slow
  /// and notifications were dropped: whatever happened before it must be read from the tables.
  case resumed
  /// A NOTIFY with its payload.
  case message(String)
}
