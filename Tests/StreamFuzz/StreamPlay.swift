import Glibc
@testable import Gateway
@testable import HTTPWire
import Logging
import NIOCore
import NIOEmbedded
import Telemetry

/// One event loop of the gateway in memory, with a client of HTTP/2 on one side and servers of HTTP/1.1 on the other: they do
/// what chance says, and what must hold whatever they do is watched. At the end everything that is honest must be answered,
/// and nothing may be left behind.
package final class StreamPlay {
  private static let configuration = """
    listeners: [{address: 127.0.0.1, port: 1}]
    access_log: {format: off}
    limits: {http2_streams: 12, body_bytes: 40000, request_line_bytes: 2048, head_bytes: 4096}
    upstreams:
      main:
        servers: ["127.0.0.1:1"]
        connections_per_loop: 4
        queue_per_loop: 6
        circuit: {failures: 1000000, error_requests: 1000000}
    routes:
      - {path: /up/*, upstream: main}
      - {path: /cached/*, upstream: main, cache: {}}
      - {path: /gone, redirect: {to: /up, status: 307}}
    """

  private let eventLoop = EmbeddedEventLoop()
  private let loop: GatewayLoop
  private let random: PlayRandom
  private var head = RequestHead()
  private var servers: [PlayUpstream] = []
  private var dialled: [(connection: UpstreamConnection, promise: EventLoopPromise<any Channel>)] = []
  /// A time limit is over, or the client has ended its side: nothing is promised to it any more.
  private var isThrownOut = false
  /// Requests that were answered whole.
  package private(set) var answered = 0
  package private(set) var connections = 0

  package init(seed: UInt64) throws {
    random = PlayRandom(seed: seed)
    let configuration = try GatewayConfiguration.parse(
      Self.configuration, file: "play.yaml", environment: [:])
    let plan = try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1_024))
    let registry = MetricsRegistry()
    let purges = PurgeBoard(hearsPurges: true)
    let revoked = RevokedTokens(capacity: 16)
    loop = GatewayLoop(
      eventLoop, index: 0, of: 1, plan: plan,
      shared: GatewayShared(
        registry: registry, accessLog: AccessLog(descriptor: STDERR_FILENO, loops: 1),
        readiness: Readiness([:]),
        descriptors: 10_000, memory: MemoryPressure(limit: nil, registry), purges: purges, traces: nil,
        cache: ResponseCache(configuration.cache, purges: purges), revoked: revoked,
        edgeEvents: EdgeEventMetrics(registry, revoked: revoked)))
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    loop.dial = { connection in bound.value.dial(connection) }
  }

  // MARK: One connection

  /// Plays one connection from its greeting to its end; nil when all held.
  package func next() throws -> String? {
    connections += 1
    isThrownOut = false
    var client = PlayClient()
    let gate = Gate()
    let connection = HTTP2Connection(on: loop, peer: ClientPeer(ClientAddress(ipv4: 0x7F00_0001)))
    let channel = EmbeddedChannel(handlers: [gate, connection], loop: eventLoop)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 2), promise: nil)
    var unsent = PlayClient.greeting
    let steps = 5 + random.below(120)
    for _ in 0..<steps {
      unsent += client.act(random)
      unsent = feed(unsent, channel, gate, isWhole: false)
      disturb(connection, channel)
      if let finding = turn(&client, &unsent, channel, isHonest: false) { return finding }
    }
    if let finding = settle(&client, &unsent, channel, gate) { return finding }
    let held =
      HTTP2Session.connectionWindow - connection.session.receiveWindow - connection.session.uncredited
    if client.isHonest, connection.session.openStreams == 0, channel.isActive, held != 0 {
      return "\(held) bytes of the connection's window are lost"
    }
    answered += client.streams.values.count { $0.isAnswered }
    return end(channel)
  }

  private func settle(
    _ client: inout PlayClient, _ unsent: inout [UInt8], _ channel: EmbeddedChannel, _ gate: Gate
  ) -> String? {
    setWritable(channel, true)
    for server in servers { server.setWritable(true) }
    for round in 0..<400 {
      while unsent.count > 0, channel.isActive {
        let before = unsent.count
        unsent = feed(unsent, channel, gate, isWhole: true)
        if unsent.count == before { break }
      }
      if round == 2 { unsent += client.settle() }
      while !dialled.isEmpty { connected() }
      if let finding = turn(&client, &unsent, channel, isHonest: true) { return finding }
      if round > 3, client.unanswered == nil || !channel.isActive { break }
    }
    // Who has broken the protocol may have been thrown out in the middle.
    guard client.isHonest, !isThrownOut, client.goAway?.code ?? 0 == 0, let stream = client.unanswered else {
      return nil
    }
    return
      "stream \(stream) is never answered: \(client.streams[stream].map { "\($0)" } ?? ""), \(servers.count) servers, \(servers.map { "\($0.isOpen) \($0.isIdle)" }), active \(channel.isActive)"
  }

  /// The connection goes; what it had must be free.
  private func end(_ channel: EmbeddedChannel) -> String? {
    channel.close(promise: nil)
    eventLoop.run()
    while !dialled.isEmpty { connected() }
    eventLoop.run()
    let busy = servers.filter { $0.isOpen && !$0.isIdle }
    if !busy.isEmpty { return "\(busy.count) upstream connections are still in use" }
    if loop.connectionCount != 0 { return "\(loop.connectionCount) connections are left" }
    servers.removeAll { !$0.isOpen }
    if random.once(in: 20) {
      for server in servers { server.end() }
      eventLoop.run()
    }
    return nil
  }

  // MARK: Steps

  /// Lets everything that is due happen, on all sides.
  private func turn(
    _ client: inout PlayClient, _ unsent: inout [UInt8], _ channel: EmbeddedChannel, isHonest: Bool
  ) -> String? {
    eventLoop.run()
    if !isHonest, random.once(in: 3), !dialled.isEmpty { connected() }
    for server in servers {
      server.take(&head)
      if let finding = server.finding { return "upstream: \(finding)" }
      if isHonest || random.once(in: 2) { server.answer(random, isHonest: isHonest) }
      if !isHonest, random.once(in: 60) { server.end() }
      if !isHonest, random.once(in: 12) { server.setWritable(random.once(in: 2)) }
    }
    eventLoop.run()
    while let bytes = try? channel.readOutbound(as: ByteBuffer.self) {
      unsent += client.take(Array(bytes.readableBytesView))
    }
    if let finding = client.finding { return "client: \(finding)" }
    return nil
  }

  /// Hands over some of the bytes, if anybody wants them.
  private func feed(_ bytes: [UInt8], _ channel: EmbeddedChannel, _ gate: Gate, isWhole: Bool) -> [UInt8] {
    guard channel.isActive, !bytes.isEmpty else { return [] }
    channel.pipeline.read()
    guard gate.mayRead else { return bytes }
    gate.close()
    let count = isWhole ? min(bytes.count, 20_000) : 1 + random.below(bytes.count)
    channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes[..<count]))
    channel.pipeline.fireChannelReadComplete()
    return Array(bytes[count...])
  }

  /// What happens to a connection besides what its client does.
  private func disturb(_ connection: HTTP2Connection, _ channel: EmbeddedChannel) {
    guard channel.isActive else { return }
    switch random.below(60) {
    case 0...4: setWritable(channel, random.once(in: 2))
    case 5: for stream in connection.streams { passed(stream?.deadline, stream) }
    case 6: for stream in connection.streams { passed(stream?.exchange.deadline, stream?.exchange) }
    case 7 where random.once(in: 10):
      isThrownOut = true
      passed(connection.deadline, connection)
    case 8: if random.once(in: 6) { connection.drain() }
    case 9:
      if random.once(in: 20) { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    default: break
    }
  }

  private func passed(_ deadline: Deadline?, _ owner: (any DeadlineOwner)?) {
    guard let deadline, deadline.time != Deadline.never, random.once(in: 3) else { return }
    deadline.clear()
    owner?.deadlinePassed()
  }

  private func setWritable(_ channel: EmbeddedChannel, _ isWritable: Bool) {
    guard channel.isActive, channel.isWritable != isWritable else { return }
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
  }

  // MARK: Upstreams

  private func dial(_ connection: UpstreamConnection) -> EventLoopFuture<any Channel> {
    let promise = eventLoop.makePromise(of: (any Channel).self)
    dialled.append((connection, promise))
    if random.once(in: 2) { eventLoop.execute { if !self.dialled.isEmpty { self.connected() } } }
    return promise.futureResult
  }

  private func connected() {
    let (connection, promise) = dialled.removeFirst()
    guard !random.once(in: 25), let server = try? PlayUpstream(connection, on: eventLoop) else {
      return promise.fail(ChannelError.connectTimeout(.seconds(1)))
    }
    servers.append(server)
    promise.succeed(server.channel)
  }
}
