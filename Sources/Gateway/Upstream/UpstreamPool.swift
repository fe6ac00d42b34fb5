import NIOCore
import Telemetry

/// The servers of one upstream and the requests that wait for them, for one event loop. On its loop only.
///
/// A request goes to the less busy of two servers chosen at random, which spreads nearly as well as asking all of them.
final class UpstreamPool {
  let configuration: UpstreamConfiguration
  unowned let loop: GatewayLoop
  private var servers: [UpstreamServer] = []
  /// Those that get requests.
  private var eligible: [UpstreamServer] = []
  /// Those that get one request, to see how they are.
  private var trials: [UpstreamServer] = []
  private var waiting = WaitingLine()
  private var budget: RetryBudget
  let metrics: UpstreamMetrics
  /// Names among the servers have been resolved, or could not be.
  private var isResolved: Bool
  /// All servers are said to be unwell, so that it is not believed.
  private var failsOpen = false
  private var isRetired = false
  /// The pool of the next configuration, for what is still waiting here.
  private var successor: UpstreamPool?

  init(_ configuration: UpstreamConfiguration, on loop: GatewayLoop) {
    self.configuration = configuration
    self.loop = loop
    budget = RetryBudget(configuration.retries)
    metrics = loop.upstreamMetrics.upstream(configuration.name)
    isResolved = !configuration.servers.contains { $0.kind == .name }
    servers = configuration.servers.compactMap { UpstreamEndpoint($0) }.map {
      UpstreamServer($0, of: self, on: loop)
    }
    refresh()
  }

  // MARK: For exchanges

  /// Gives the exchange a connection: at once, when one is made, or when one becomes free.
  ///
  /// - Parameter same: ask that server again, by a new connection: the last one was found closed.
  func acquire(for exchange: Exchange, again same: UpstreamServer? = nil) {
    if exchange.isFirstAttempt { budget.noteRequest(at: exchange.startedAt) }
    if let same, same.isMember, same.hasRoom { return connect(to: same, for: exchange) }
    guard let server = choose(for: exchange) else {
      if let successor { return exchange.move(to: successor) }
      return isResolved ? exchange.fail(whyNone) : wait(exchange)
    }
    if let connection = server.takeIdle(mustBeSure: !exchange.isRepeatable) {
      exchange.attach(connection)
    } else if server.hasRoom {
      connect(to: server, for: exchange)
    } else {
      wait(exchange)
    }
  }

  /// Whether the request may be sent once more, as far as the budget goes.
  func allowsRetry(at now: UInt64) -> Bool {
    guard budget.take(at: now) else {
      metrics.retriesDenied.increment()
      return false
    }
    metrics.retries.increment()
    return true
  }

  /// The exchange waits no more.
  func forget(_ exchange: Exchange) {
    waiting.remove(exchange)
    metrics.queue.set(waiting.count)
  }

  /// Some server besides this one gets requests.
  func hasOthers(besides server: UpstreamServer?) -> Bool {
    eligible.count > 1 || eligible.count == 1 && eligible[0] !== server
  }

  // MARK: For connections

  /// A connection has answered and can be used again.
  func release(_ connection: UpstreamConnection) {
    let server = connection.server
    guard server.isMember, !isRetired, server.isHealthy || failsOpen, server.isClosed || server.awaitsTrial
    else {
      return connection.close()
    }
    guard server.isClosed, let exchange = waiting.popFirst() else {
      server.putIdle(connection)
      return connection.rest(milliseconds: configuration.keepAliveMilliseconds)
    }
    metrics.queue.set(waiting.count)
    if exchange.isRepeatable || connection.isQuiet {
      exchange.attach(connection)
      exchange.flushUpstream()
    } else {
      connection.close()
      acquire(for: exchange)
    }
  }

  /// A connection has ended.
  func closed(_ connection: UpstreamConnection) {
    connection.server.closed(connection)
    serveNext()
  }

  /// A connection's client takes nothing, so that there is room for another.
  func stalled() {
    serveNext()
  }

  // MARK: For the watch

  /// The upstream's names lead to these addresses now. Requests that are with a server that is not among them end
  /// there, undisturbed.
  func use(_ endpoints: [UpstreamEndpoint]) {
    let wasEmpty = servers.isEmpty
    for server in servers where !endpoints.contains(server.endpoint) { server.leave() }
    let staying = servers.filter(\.isMember)
    let known = staying.map(\.endpoint)
    let coming = endpoints.filter { !known.contains($0) }.map { UpstreamServer($0, of: self, on: loop) }
    if !wasEmpty { for server in coming { server.startSlowly() } }
    servers = staying + coming
    isResolved = true
    refresh()
  }

  /// A server was asked how it is.
  func note(_ endpoint: UpstreamEndpoint, isHealthy: Bool) {
    servers.first { $0.endpoint == endpoint }?.note(isHealthy: isHealthy)
  }

  /// Another configuration has come: what is under way ends here, what waits goes over.
  ///
  /// - Parameter successor: nil when the configuration has no such upstream any more.
  func retire(for successor: UpstreamPool?) {
    isRetired = true
    self.successor = successor
    let retired = servers
    servers = []
    for server in retired {
      server.retire()
      server.closeIdle()
    }
    eligible = []
    trials = []
    while let exchange = waiting.popFirst() { acquire(for: exchange) }
    metrics.queue.set(0)
  }

  /// Ends all that is unused.
  func close() {
    for server in servers { server.closeIdle() }
  }

  // MARK: Choosing

  /// Sorts the servers anew, after one of them has changed.
  func refresh() {
    let closed = servers.filter(\.isClosed)
    let healthy = closed.filter(\.isHealthy)
    // When nobody seems well, it may be the question that is wrong: then all are asked.
    failsOpen = healthy.isEmpty
    eligible = failsOpen ? closed : healthy
    trials = servers.filter { $0.awaitsTrial && ($0.isHealthy || eligible.isEmpty) }
    if eligible.isEmpty, trials.isEmpty, isResolved {
      refuseWaiting()
    } else {
      for _ in 0..<waiting.count { serveNext() }
    }
  }

  private func choose(for exchange: Exchange) -> UpstreamServer? {
    if !trials.isEmpty, exchange.isRepeatable || eligible.isEmpty, let server = trials.first(where: \.hasRoom)
    {
      server.startTrial()
      return server
    }
    guard eligible.count > 1 else { return eligible.first }
    let one = loop.randomPlace(below: eligible.count)
    var other = loop.randomPlace(below: eligible.count - 1)
    if other >= one { other += 1 }
    let server = better(eligible[one], eligible[other], besides: exchange.server)
    return server.hasRoom ? server : eligible.first(where: \.hasRoom) ?? server
  }

  private func better(
    _ one: UpstreamServer, _ other: UpstreamServer, besides last: UpstreamServer?
  ) -> UpstreamServer {
    if one === last { return other }
    if other === last { return one }
    let random = loop.randomPlace(below: 10_000)
    if !one.takesShare(random) { return other }
    if !other.takesShare(random) { return one }
    return other.busy < one.busy ? other : one
  }

  private var whyNone: GatewayError { servers.isEmpty ? .upstreamUnreachable : .upstreamUnavailable }

  // MARK: Waiting

  private func wait(_ exchange: Exchange) {
    guard waiting.count < configuration.queuePerLoop else {
      metrics.queueRefused.increment()
      return exchange.fail(.upstreamBusy)
    }
    waiting.append(exchange)
    metrics.queue.set(waiting.count)
    exchange.waitInQueue(milliseconds: configuration.queueMilliseconds)
  }

  private func serveNext() {
    guard waiting.count > 0, eligible.contains(where: \.hasRoom) || !trials.isEmpty else { return }
    guard let exchange = waiting.popFirst() else { return }
    metrics.queue.set(waiting.count)
    acquire(for: exchange)
    exchange.flushUpstream()
  }

  /// Nobody is there to be waited for.
  private func refuseWaiting() {
    for _ in 0..<waiting.count { waiting.popFirst()?.fail(whyNone) }
    metrics.queue.set(waiting.count)
  }
}
