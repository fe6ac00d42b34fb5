internal import Synchronization

/// What the gateway needs before it should be sent requests, and which of it is missing. Any thread.
package final class Readiness: Sendable {
  private let missing: Mutex<[String: String]>

  /// - Parameter needs: by name, why each is missing at the start.
  package init(_ needs: [String: String]) {
    missing = Mutex(needs)
  }

  package func ready(_ name: String) {
    missing.withLock { _ = $0.removeValue(forKey: name) }
  }

  /// - Parameter reason: for operators.
  package func notReady(_ name: String, _ reason: String) {
    missing.withLock { $0[name] = reason }
  }

  /// What is missing and why, in the order of the names; empty when requests may come.
  package var whatIsMissing: [(name: String, reason: String)] {
    missing.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
