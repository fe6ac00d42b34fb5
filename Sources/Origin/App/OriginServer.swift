package import Logging
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// `origin serve` and `origin worker`: puts the parts together and runs them until SIGTERM or SIGINT.
package enum OriginServer {
  /// The public and the internal listener; with `withWorker` the jobs too, for one box.
  package static func serve(_ configuration: OriginConfiguration, withWorker: Bool, logger: Logger)
    async throws
  {
    // One loop a core that we may use: two on one core only wake each other (10 % of a booking's CPU).
    let group = MultiThreadedEventLoopGroup(numberOfThreads: UsableCores.count)
    let parts = try Dependencies(configuration, eventLoopGroup: group, logger: logger)
    var services = parts.services
    if withWorker { services.append(try WorkerApp.build(parts)) }
    services.append(InternalApp.build(parts, eventLoopGroup: group))
    services.append(try PublicApp.build(parts, eventLoopGroup: group))
    logger.notice(
      "origin starts",
      metadata: [
        "listen": "\(configuration.listen.host):\(configuration.listen.port)",
        "internal": "\(configuration.internalListen.host):\(configuration.internalListen.port)",
      ])
    try await run(services, logger: logger)
  }

  /// Everything slow: mails today.
  package static func work(_ configuration: OriginConfiguration, logger: Logger) async throws {
    let parts = try Dependencies(
      configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    logger.notice("worker starts")
    try await run(parts.services + [try WorkerApp.build(parts)], logger: logger)
  }

  /// Services stop in the reverse order: listeners first, so that what they are answering still finds a database.
  private static func run(_ services: [any Service], logger: Logger) async throws {
    var configuration = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(25)
    try await ServiceGroup(configuration: configuration).run()
  }
}
