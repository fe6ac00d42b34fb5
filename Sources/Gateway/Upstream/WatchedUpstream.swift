import NIOCore

/// One upstream under a ``UpstreamWatch``: the addresses of its names, and the health of each address. On the watch's
/// loop.
final class WatchedUpstream {
  let configuration: UpstreamConfiguration
  /// Held on to until it is stopped: a gateway whose start fails, as when its port is taken, never stops it, and what is
  /// on its way here comes all the same.
  private let watch: UpstreamWatch
  private var isRunning = false
  /// By the name in the list.
  private var resolved: [String: [UpstreamEndpoint]] = [:]
  private var published: [UpstreamEndpoint]?
  private var verdicts: [UpstreamEndpoint: ProbeVerdict] = [:]
  private var tasks: [String: Scheduled<Void>] = [:]
  /// More addresses of one upstream are more than a name should have.
  private static let endpointLimit = 64

  init(_ configuration: UpstreamConfiguration, by watch: UpstreamWatch) {
    self.configuration = configuration
    self.watch = watch
  }

  func start() {
    guard !isRunning else { return }
    isRunning = true
    for server in configuration.servers where server.kind == .name { resolve(server) }
    ask(endpoints)
  }

  func stop() {
    isRunning = false
    for task in tasks.values { task.cancel() }
    tasks = [:]
  }

  private var endpoints: [UpstreamEndpoint] {
    var all: [UpstreamEndpoint] = []
    for server in configuration.servers {
      let found = UpstreamEndpoint(server).map { [$0] } ?? resolved[server.text] ?? []
      for endpoint in found where !all.contains(endpoint) && all.count < Self.endpointLimit {
        all.append(endpoint)
      }
    }
    return all
  }

  // MARK: Names

  private func resolve(_ server: UpstreamConfiguration.Server) {
    watch.resolve(server.host) { [self] addresses in
      guard isRunning else { return }
      let found = (addresses ?? []).sorted().compactMap {
        UpstreamEndpoint(address: $0, port: server.port)
      }
      if found.isEmpty {
        watch.resolvingFailed(server.host, of: configuration)
      } else {
        resolved[server.text] = found
      }
      publish()
      // The last addresses that were found stay. Without any it is urgent.
      let pause = resolved[server.text] == nil ? 500 : configuration.resolveMilliseconds
      schedule(server.text, milliseconds: min(pause, configuration.resolveMilliseconds)) { [self] in
        resolve(server)
      }
    }
  }

  private func publish() {
    let now = endpoints
    guard now != published else { return }
    let before = published ?? []
    published = now
    for endpoint in before where !now.contains(endpoint) {
      verdicts[endpoint] = nil
      tasks.removeValue(forKey: endpoint.label)?.cancel()
    }
    watch.publish(now, for: configuration)
    ask(now.filter { !before.contains($0) })
  }

  // MARK: Health

  private func ask(_ endpoints: [UpstreamEndpoint]) {
    guard let health = configuration.health else { return }
    for endpoint in endpoints where verdicts[endpoint] == nil {
      verdicts[endpoint] = ProbeVerdict(downAfter: health.downAfter, upAfter: health.upAfter)
      ask(endpoint, health)
    }
  }

  private func ask(_ endpoint: UpstreamEndpoint, _ health: HealthConfiguration) {
    watch.ask(endpoint, health, host: host(of: endpoint)) { [self] isGood in
      guard isRunning, let wasHealthy = verdicts[endpoint].map(\.isHealthy) else { return }
      if let isHealthy = verdicts[endpoint]?.note(isGood) {
        watch.publish(endpoint, isHealthy: isHealthy, of: configuration, wasKnown: wasHealthy != nil)
      }
      schedule(endpoint.label, milliseconds: health.intervalMilliseconds) { [self] in ask(endpoint, health) }
    }
  }

  /// As the server is called in the list.
  private func host(of endpoint: UpstreamEndpoint) -> String {
    configuration.servers.first { server in
      UpstreamEndpoint(server) == endpoint || resolved[server.text]?.contains(endpoint) == true
    }?.authority ?? "localhost"
  }

  private func schedule(_ key: String, milliseconds: Int, _ task: @escaping () -> Void) {
    tasks[key]?.cancel()
    tasks[key] = watch.schedule(milliseconds: milliseconds, task)
  }
}
