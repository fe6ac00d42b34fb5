import NIOCore
import NIOPosix
import Telemetry

/// The connections of one event loop to the servers of one upstream. On its loop only.
final class UpstreamPool {
  /// One server as this loop sees it.
  private struct Server {
    /// Unused connections, the one used last at the end: it is the warmest, and the others can time out.
    var idle: [UpstreamConnection] = []
    /// Connections in use, unused or being made.
    var open = 0
    /// After a failure it is asked only when all have failed.
    var failedUntil: UInt64 = 0

    var busy: Int { open - idle.count }
  }

  let configuration: UpstreamConfiguration
  private unowned let loop: GatewayLoop
  private var servers: [Server]
  private var waiting = CircularBuffer<Exchange>()
  private static let failureNanoseconds: UInt64 = 2_000_000_000

  init(_ configuration: UpstreamConfiguration, on loop: GatewayLoop) {
    self.configuration = configuration
    self.loop = loop
    servers = configuration.servers.map { _ in Server() }
  }

  /// There is another server to try.
  var hasOthers: Bool { servers.count > 1 }

  /// Gives the exchange a connection: at once, when one is made, or when one becomes free.
  ///
  /// - Parameter fresh: the last one had been used before and was found closed; make a new one.
  func acquire(for exchange: Exchange, fresh: Bool) {
    let server = chooseServer(besides: exchange.server, fresh: fresh)
    if !fresh {
      while let connection = servers[server].idle.popLast() {
        if connection.isOpen { return exchange.attach(connection, server: server) }
      }
    }
    if servers[server].open < configuration.connectionsPerLoop { return connect(to: server, for: exchange) }
    guard waiting.count < configuration.queuePerLoop else { return exchange.upstreamLost(.upstreamBusy) }
    waiting.append(exchange)
    exchange.waitInQueue(milliseconds: configuration.queueMilliseconds)
  }

  /// A connection has answered and can be used again.
  func release(_ connection: UpstreamConnection) {
    if let exchange = waiting.popFirst() {
      exchange.attach(connection, server: connection.server)
      exchange.flushUpstream()
    } else {
      servers[connection.server].idle.append(connection)
      connection.rest(milliseconds: configuration.keepAliveMilliseconds)
    }
  }

  /// A connection has ended.
  func closed(_ connection: UpstreamConnection) {
    loop.metrics.upstreamConnections.add(-1)
    servers[connection.server].open -= 1
    servers[connection.server].idle.removeAll { $0 === connection }
    if let exchange = waiting.popFirst() { acquire(for: exchange, fresh: false) }
  }

  /// The exchange waits no more.
  func forget(_ exchange: Exchange) {
    waiting.removeAll { $0 === exchange }
  }

  /// The server did not answer in time.
  func slow(_ server: Int?) {
    if let server { markFailed(server) }
  }

  /// Ends all that is unused.
  func close() {
    for server in servers { for connection in server.idle { connection.close() } }
  }

  /// The less busy of two random servers, without those that failed just now and the one asked before.
  private func chooseServer(besides last: Int?, fresh: Bool) -> Int {
    guard servers.count > 1 else { return 0 }
    let now = loop.clock.now
    var candidates = servers.indices.filter { servers[$0].failedUntil <= now && $0 != last }
    if candidates.isEmpty { candidates = servers.indices.filter { $0 != last } }
    let first = candidates[loop.randomPlace(below: candidates.count)]
    let second = candidates[loop.randomPlace(below: candidates.count)]
    return servers[second].busy < servers[first].busy ? second : first
  }

  private func markFailed(_ server: Int) {
    servers[server].failedUntil = loop.clock.now + Self.failureNanoseconds
  }

  private func connect(to server: Int, for exchange: Exchange) {
    servers[server].open += 1
    let generation = exchange.generation
    let connection = UpstreamConnection(on: loop, pool: self, server: server)
    let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
    let address = configuration.servers[server]
    ClientBootstrap(group: loop.eventLoop)
      .connectTimeout(.milliseconds(Int64(configuration.connectMilliseconds)))
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A client that does not take its answer must be noticed after one piece, and others have their turn.
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 4_096, maximum: 32_768)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
      }
      .connect(host: address.host, port: address.port)
      .assumeIsolated()
      .whenComplete { [self] result in
        switch result {
        case .success: connected(connection, exchange, generation)
        case .failure(let error): failed(server, exchange, generation, error)
        }
      }
  }

  private func connected(_ connection: UpstreamConnection, _ exchange: Exchange, _ generation: Int) {
    loop.metrics.upstreamConnections.add(1)
    servers[connection.server].failedUntil = 0
    // The client may have gone meanwhile, or the server again.
    let isWanted = exchange.phase == .waiting && exchange.generation == generation
    if !connection.isOpen {
      if isWanted { exchange.upstreamLost(.upstreamUnreachable) }
    } else if isWanted {
      exchange.attach(connection, server: connection.server)
      exchange.flushUpstream()
    } else {
      release(connection)
    }
  }

  private func failed(_ server: Int, _ exchange: Exchange, _ generation: Int, _ error: any Error) {
    servers[server].open -= 1
    markFailed(server)
    guard exchange.phase == .waiting, exchange.generation == generation else { return }
    exchange.noteServer(server)
    let isTimeout =
      (error as? ChannelError).map { if case .connectTimeout = $0 { true } else { false } } ?? false
    exchange.upstreamLost(isTimeout ? Self.connectTimeout : .upstreamUnreachable)
  }

  /// Nothing was sent, so another server may be asked.
  private static let connectTimeout: GatewayError = {
    var error = GatewayError.upstreamTimeout
    error.mayRetry = true
    return error
  }()
}
