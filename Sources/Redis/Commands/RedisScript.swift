private import Synchronization

/// A Lua script that runs atomically in Redis. Make it a `static let`: it remembers the digest under which
/// Redis knows it.
package final class RedisScript: Sendable {
  package let source: String
  private let digest = Mutex<String?>(nil)

  package init(_ source: String) {
    self.source = source
  }

  var knownDigest: String? {
    get { digest.withLock { $0 } }
    set { digest.withLock { $0 = newValue } }
  }
}
