import Synchronization

/// How many connections each client has open, over all event loops: asked once for each connection, and only where a
/// bound is configured. An IPv6 client is a /64. Holds no more entries than there are connections.
final class ConnectionCounts: Sendable {
  private struct Key: Hashable {
    let address: UInt64
    let isIPv4: Bool

    init(_ address: ClientAddress) {
      self.address = address.limitKey
      isIPv4 = address.isIPv4
    }
  }

  private let counts = Mutex<[Key: Int]>([:])

  /// Takes one connection more into account; false when the client has `limit` already.
  func take(_ client: ClientAddress, limit: Int) -> Bool {
    counts.withLock { counts in
      let count = counts[Key(client), default: 0]
      guard count < limit else { return false }
      counts[Key(client)] = count + 1
      return true
    }
  }

  /// A connection that was taken into account has ended.
  func giveBack(_ client: ClientAddress) {
    counts.withLock { counts in
      guard let count = counts[Key(client)] else { return }
      counts[Key(client)] = count > 1 ? count - 1 : nil
    }
  }
}
