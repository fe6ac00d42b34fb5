import Logging
import NIOCore
import Telemetry

/// Streams that many clients share, as one event loop sees them. A stream has one home, a loop chosen by its key, where
/// the one upstream stream of the process ends; loops whose clients listen are told by it. On its loop only.
final class LoopFanOut {
  /// Different streams that have their home on one loop; who asks for more asks for himself.
  static let streamLimit = 2_048

  private unowned let loop: GatewayLoop
  let metrics: FanOutMetrics
  /// All loops of the process in their order, this one too.
  private var peers: [NIOLoopBound<GatewayLoop>] = []
  private var topics: [FanOutKey: FanOutTopic] = [:]
  private var streams: [FanOutKey: FanOutStream] = [:]
  private var pools: [String: UpstreamPool] = [:]

  init(on loop: GatewayLoop, _ metrics: FanOutMetrics) {
    self.loop = loop
    self.metrics = metrics
  }

  private var logger: Logger?

  /// Before the first request.
  func meet(_ peers: [NIOLoopBound<GatewayLoop>], logger: Logger) {
    self.peers = peers
    self.logger = logger
  }

  /// An event of the stream was too long.
  func noteSkipped(_ key: FanOutKey) {
    logger?.warning(
      "event of a shared stream left out, over 1 MiB",
      metadata: ["upstream": "\(key.upstream)", "target": "\(key.target)"])
  }

  // MARK: Clients of this loop

  /// The exchange, which has a seat, listens from now on; it may be refused at once.
  func join(_ exchange: Exchange, _ key: FanOutKey) {
    if let topic = topics[key] { return topic.join(exchange) }
    let topic = FanOutTopic(key, self)
    topics[key] = topic
    topic.join(exchange)
    let (index, lastID) = (loop.index, exchange.seat?.lastEventID)
    atHome(of: key) { $0.subscribe(index, to: key, lastID: lastID) }
  }

  func left(_ topic: FanOutTopic) {
    guard topics[topic.key] === topic else { return }
    topics[topic.key] = nil
    let (index, key) = (loop.index, topic.key)
    atHome(of: key) { $0.unsubscribe(index, from: key) }
  }

  /// Somebody came back to a stream that has never said what he must be told.
  func needsCatchUp(_ key: FanOutKey) {
    atHome(of: key) { fanOut in
      // Whoever asks may be in the middle of hearing from it.
      fanOut.later { fanOut.streams[key]?.renew() }
    }
  }

  func later(_ task: @escaping () -> Void) {
    loop.eventLoop.assumeIsolated().execute(task)
  }

  private func hear(_ news: FanOutNews, of key: FanOutKey) {
    guard let topic = topics[key] else { return }
    switch news {
    case .refused, .ended: topics[key] = nil
    case .open, .piece, .catchUp: break
    }
    topic.hear(news)
  }

  private func atHome(of key: FanOutKey, _ task: @escaping @Sendable (LoopFanOut) -> Void) {
    let home = Int(UInt(bitPattern: key.hashValue) % UInt(max(1, peers.count)))
    guard home != loop.index, home < peers.count else { return task(self) }
    let peer = peers[home]
    peer.eventLoop.execute { task(peer.value.fanOut) }
  }

  // MARK: Streams at home here

  private func subscribe(_ index: Int, to key: FanOutKey, lastID: String?) {
    if let stream = streams[key] { return stream.add(index) }
    guard streams.count < Self.streamLimit, !loop.isDraining, let pool = pool(key.upstream) else {
      return tell(.refused, of: key, to: index)
    }
    let stream = FanOutStream(key, on: loop, self, pool, lastID: lastID)
    streams[key] = stream
    metrics.streams.add(1)
    stream.add(index)
    stream.open()
  }

  private func unsubscribe(_ index: Int, from key: FanOutKey) {
    guard let stream = streams[key], stream.remove(index) else { return }
    ended(stream)
    stream.stop()
  }

  /// Nobody listens any more, or there is nothing to listen to.
  func ended(_ stream: FanOutStream) {
    guard streams[stream.key] === stream else { return }
    streams[stream.key] = nil
    metrics.streams.add(-1)
  }

  func tell(_ news: FanOutNews, of key: FanOutKey, to index: Int) {
    guard index != loop.index, index < peers.count else { return hear(news, of: key) }
    let peer = peers[index]
    peer.eventLoop.execute { peer.value.fanOut.hear(news, of: key) }
  }

  /// Connections of their own: streams take them for good, and must not take those of ordinary requests.
  func pool(_ name: String) -> UpstreamPool? {
    guard var wanted = loop.plan.configuration.upstreams.first(where: { $0.name == name }) else { return nil }
    wanted.connectionsPerLoop = Self.streamLimit
    wanted.queuePerLoop = 0
    if let pool = pools[name], pool.configuration == wanted { return pool }
    let pool = UpstreamPool(wanted, on: loop)
    pools[name] = pool
    return pool
  }
}
