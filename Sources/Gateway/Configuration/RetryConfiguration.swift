/// How many requests may be sent again, per event loop and ten seconds.
package struct RetryConfiguration: Sendable, Equatable {
  /// Of the requests of that time.
  package var percent = 20
  /// So many always.
  package var floor = 10

  package init() {}
}
