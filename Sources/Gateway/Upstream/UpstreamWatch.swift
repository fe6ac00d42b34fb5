import Logging
import NIOCore
import Synchronization
import Telemetry

/// Asks what the event loops must not ask each for itself: which addresses the names of upstreams lead to, and how
/// their servers are. One for the process, on its first loop; what it finds out goes to all loops.
final class UpstreamWatch {
  private let loops: [NIOLoopBound<GatewayLoop>]
  private let eventLoop: any EventLoop
  private let resolver: UpstreamResolver
  private let registry: MetricsRegistry
  private let logger: Logger
  private var watched: [WatchedUpstream] = []
  /// Closed when the loops go: what is resolved after that has nowhere to go.
  private let door = Door()
  private var gauges: [String: Gauge] = [:]

  private final class Door: Sendable {
    let isOpen = Mutex(true)
  }

  /// - Parameter loops: the first is the watch's own.
  init(
    loops: [NIOLoopBound<GatewayLoop>], resolver: UpstreamResolver, registry: MetricsRegistry, logger: Logger
  ) {
    self.loops = loops
    eventLoop = loops[0].eventLoop
    self.resolver = resolver
    self.registry = registry
    self.logger = logger
  }

  /// Watches these from now on, and no others.
  func watch(_ upstreams: [UpstreamConfiguration]) {
    eventLoop.preconditionInEventLoop()
    let before = watched
    watched = upstreams.map { upstream in
      before.first { $0.configuration == upstream } ?? WatchedUpstream(upstream, by: self)
    }
    for upstream in before where !watched.contains(where: { $0 === upstream }) { upstream.stop() }
    for upstream in watched { upstream.start() }
  }

  func stop() {
    door.isOpen.withLock { $0 = false }
    for upstream in watched { upstream.stop() }
    watched = []
  }

  // MARK: For the upstreams

  /// - Parameter done: called on the watch's loop with the addresses, or nil.
  func resolve(_ host: String, _ done: @escaping ([String]?) -> Void) {
    let done = NIOLoopBound(done, eventLoop: eventLoop)
    let (door, eventLoop) = (door, eventLoop)
    resolver.resolve(host) { addresses in
      door.isOpen.withLock { isOpen in
        if isOpen { eventLoop.execute { done.value(addresses) } }
      }
    }
  }

  func schedule(milliseconds: Int, _ task: @escaping () -> Void) -> Scheduled<Void> {
    eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds)), task)
  }

  func ask(
    _ endpoint: UpstreamEndpoint, _ health: HealthConfiguration, host: String,
    _ done: @escaping (Bool) -> Void
  ) {
    var address = endpoint.address
    if let port = health.port, address.ipAddress != nil { address.port = port }
    UpstreamProbe.ask(address, health, host: host, on: eventLoop, done)
  }

  func publish(_ endpoints: [UpstreamEndpoint], for upstream: UpstreamConfiguration) {
    logger.info(
      "upstream resolved",
      metadata: [
        "upstream": "\(upstream.name)",
        "servers": "\(endpoints.map(\.label).joined(separator: " "))",
      ])
    tell(upstream) { $0.use(endpoints) }
  }

  func publish(
    _ endpoint: UpstreamEndpoint, isHealthy: Bool, of upstream: UpstreamConfiguration, wasKnown: Bool
  ) {
    if wasKnown || !isHealthy {
      logger.notice(
        isHealthy ? "upstream server is well again" : "upstream server is not well",
        metadata: ["upstream": "\(upstream.name)", "server": "\(endpoint.label)"])
    }
    gauge(endpoint, of: upstream)?.set(isHealthy ? 1 : 0)
    tell(upstream) { $0.note(endpoint, isHealthy: isHealthy) }
  }

  func resolvingFailed(_ host: String, of upstream: UpstreamConfiguration) {
    logger.warning(
      "upstream name not resolved", metadata: ["upstream": "\(upstream.name)", "name": "\(host)"])
  }

  /// A loop that has taken on another configuration meanwhile has another pool.
  private func tell(_ upstream: UpstreamConfiguration, _ what: @escaping @Sendable (UpstreamPool) -> Void) {
    for loop in loops {
      loop.eventLoop.execute {
        guard let pool = loop.value.pool(named: upstream.name), pool.configuration == upstream else { return }
        what(pool)
      }
    }
  }

  private func gauge(_ endpoint: UpstreamEndpoint, of upstream: UpstreamConfiguration) -> Gauge? {
    let key = "\(upstream.name) \(endpoint.label)"
    if let known = gauges[key] { return known }
    guard gauges.count < 1_024 else { return nil }
    let gauge = registry.gauge(
      MetricNames.upstreamServerHealthy, help: "1 when the server answers the health check.",
      labels: ["upstream": upstream.name, "server": endpoint.label])
    gauges[key] = gauge
    return gauge
  }
}
