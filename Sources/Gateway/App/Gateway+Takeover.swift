import Logging

/// How a new process follows an old one.
extension Gateway {
  /// How long the parts of a new process may take to become ready.
  private static let patience = Duration.seconds(30)

  /// Sockets of the process that serves now; nil when there is none. What goes wrong is said, and then this process
  /// listens for itself.
  static func takeover(_ configuration: GatewayConfiguration, _ logger: Logger) -> Takeover? {
    guard let path = configuration.takeoverSocket else { return nil }
    do {
      let takeover = try Takeover.begin(at: path)
      if let takeover {
        logger.info("taking over", metadata: ["listening_sockets": "\(takeover.sockets.count)"])
      }
      return takeover
    } catch {
      logger.warning("no take-over", metadata: ["error": "\(error)"])
      return nil
    }
  }

  /// Requests that the old process could answer must not come here before they can be answered.
  static func waitUntilReady(_ readiness: Readiness) async throws {
    let end = ContinuousClock().now + patience
    while true {
      let missing = readiness.whatIsMissing.filter { $0.name != "listeners" }
      if missing.isEmpty { return }
      guard ContinuousClock().now < end else {
        let reasons = missing.map { "\($0.name): \($0.reason)" }.joined(separator: "; ")
        throw TakeoverError("not ready to take over: \(reasons)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Lets the old process go, and is there for the next one.
  static func goOver(
    _ configuration: GatewayConfiguration, _ takeover: Takeover?, _ listeners: ListenerSet, _ logger: Logger,
    _ onTakeover: @escaping @Sendable () -> Void
  ) throws -> TakeoverServer? {
    guard let path = configuration.takeoverSocket else { return nil }
    do {
      try takeover?.complete()
    } catch {
      logger.warning("the old process did not say that it leaves", metadata: ["error": "\(error)"])
    }
    let published = listeners.published
    return try TakeoverServer(
      at: path, logger: logger, sockets: { published.sockets }, onLeave: onTakeover)
  }
}
