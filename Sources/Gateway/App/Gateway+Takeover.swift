import Dispatch
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

  /// Lets the old process go.
  static func complete(_ takeover: Takeover, _ logger: Logger) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        do {
          try takeover.complete()
        } catch {
          logger.warning("the old process did not say that it leaves", metadata: ["error": "\(error)"])
        }
        continuation.resume()
      }
    }
  }

  /// Is there for the next process; whatever stands in the way of that is no reason not to serve.
  static func awaitSuccessor(
    _ configuration: GatewayConfiguration, _ listeners: ListenerSet, _ logger: Logger,
    _ onTakeover: @escaping @Sendable () -> Void
  ) -> TakeoverServer? {
    guard let path = configuration.takeoverSocket else { return nil }
    do {
      return try TakeoverServer(at: path, logger: logger, listeners: listeners, onLeave: onTakeover)
    } catch {
      logger.error("nobody can take over", metadata: ["error": "\(error)"])
      return nil
    }
  }
}
