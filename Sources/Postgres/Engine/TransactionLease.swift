/// The right to use one connection until it is released.
///
/// Every field belongs to the I/O thread; tasks only pass the reference along. That is what `@unchecked`
/// rests on.
final class TransactionLease: @unchecked Sendable {
  let isolation: PostgresIsolation
  /// The place of its link among the transaction links.
  let slot: Int
  /// BEGIN has been sent with the first statement.
  var hasBegun = false
  /// Given back, or its connection lost.
  var isOver = false

  init(isolation: PostgresIsolation, slot: Int) {
    self.isolation = isolation
    self.slot = slot
  }
}

/// A task that waits for a connection of its own.
final class TransactionRequest: Reply<TransactionLease>, @unchecked Sendable {
  let isolation: PostgresIsolation
  let startedAt: Int64

  init(isolation: PostgresIsolation) {
    self.isolation = isolation
    self.startedAt = MonotonicTime.now
  }
}
