internal import Glibc

/// How many client connections the process may hold: what is configured, or what its file descriptors allow.
package enum ConnectionBudget {
  /// Log, timers, polling, files that are read, a take-over.
  private static let reserve = 64

  /// - Parameter descriptors: what the system allows the process.
  package static func connections(
    _ configuration: GatewayConfiguration, descriptors: Int, loops: Int
  ) -> Int {
    let upstream = configuration.upstreams.reduce(0) {
      $0 + $1.servers.count * ($1.connectionsPerLoop + $1.stalledPerLoop) * loops
    }
    let listening = (configuration.listeners.count + 1) * loops
    let left = descriptors - reserve - listening - 4 * loops
    // Few descriptors are shared between both sides, else clients would have none.
    return max(1, min(configuration.limits.connections, max(left - upstream, left / 2)))
  }

  /// Raises the limit as far as the system allows, and says how far that is.
  static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(min(limit.rlim_cur, 1 << 30))
  }
}
