import Glibc
import NIOCore
import NIOPosix
import Telemetry
import Testing

@testable import Gateway

/// Bytes go straight to the socket while the channel's queue is empty, and through it where the socket is full: a
/// client that reads slowly sees both, in turns.
@Suite struct SocketOutputTests {
  @Test func `what does not fit into the socket leaves behind what did, in order and whole`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in reply(Self.body(number)) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    for number in 0..<Self.requests { client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n") }
    // Bodies are of characters that no head has.
    var letters: [(letter: UInt8, count: Int)] = []
    let total = (0..<Self.requests).reduce(0) { $0 + Self.length($1) }
    var count = 0
    while count < total {
      // Now there is room, and now there is none.
      usleep(100)
      guard let bytes = try client.receiveSome() else { break }
      for byte in bytes where Self.letters.contains(byte) {
        count += 1
        if letters.last?.letter == byte {
          letters[letters.count - 1].count += 1
        } else {
          letters.append((byte, 1))
        }
      }
    }
    #expect(letters.count == Self.requests)
    for (number, run) in letters.enumerated() {
      #expect(run == (Self.letters.lowerBound + UInt8(number), Self.length(number)), "answer \(number)")
    }
    try await gateway.stop()
    try await upstream.stop()
  }

  @Test func `bytes do not overtake those that wait in the channel`() async throws {
    let (channel, peer) = try await Self.pair()
    let plan = try GatewayPlan(
      RunningGateway.configuration(servers: ["127.0.0.1:1"]), rateLimits: RateLimitTable(keys: 8))
    let drained = try await channel.eventLoop.submit { () -> Int in
      let context = try channel.pipeline.syncOperations.context(handlerType: Bystander.self)
      let output = SocketOutput(on: Self.loop(channel.eventLoop, plan))
      output.open(context, isDirect: true)
      output.write(ByteBuffer(repeating: 0x61, count: Self.long))
      output.flushNow()
      // The rest waits for the loop, which is here and does not see that there is room again.
      var drained = 0
      while peer.value.hasInput { drained += try peer.value.receiveSome()?.count ?? 0 }
      output.write(ByteBuffer(string: "z"))
      output.flushNow()
      return drained
    }.get()
    #expect(drained < Self.long)
    let rest = try peer.value.receiveBytes(Self.long + 1 - drained)
    #expect(rest.firstIndex(of: 0x7A) == rest.count - 1)
    try await channel.close().get()
  }

  @Test func `a long answer that is kept waits for the end of the tick, and what follows it for the next`()
    async throws
  {
    let (channel, peer) = try await Self.pair()
    let plan = try GatewayPlan(
      RunningGateway.configuration(servers: ["127.0.0.1:1"]), rateLimits: RateLimitTable(keys: 8))
    try await channel.eventLoop.submit {
      let context = try channel.pipeline.syncOperations.context(handlerType: Bystander.self)
      let output = SocketOutput(on: Self.loop(channel.eventLoop, plan))
      output.open(context, isDirect: true)
      let body = ByteBuffer(repeating: 0x61, count: 20_000)
      output.write(owned: ByteBuffer(string: "1"))
      output.write(kept: body)
      #expect(!peer.value.hasInput)
      output.write(owned: ByteBuffer(string: "2"))
      output.write(kept: body)
      output.flush()
    }.get()
    let text = String(repeating: "a", count: 20_000)
    let received = try peer.value.receiveBytes(40_002)
    #expect(String(decoding: received, as: UTF8.self) == "1" + text + "2" + text)
    try await channel.close().get()
  }

  private static let long = 4_000_000

  private final class Bystander: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
  }

  /// One end is the channel's, the other ours.
  private struct Peer: @unchecked Sendable { let value: RawClient }

  private static func pair() async throws -> (any Channel, Peer) {
    var ends: [Int32] = [0, 0]
    try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { $0.pipeline.addHandler(Bystander()) }
      .withConnectedSocket(ends[0]).get()
    return (channel, Peer(value: RawClient(descriptor: ends[1])))
  }

  private static func loop(_ eventLoop: any EventLoop, _ plan: GatewayPlan) -> GatewayLoop {
    let registry = MetricsRegistry()
    let purges = PurgeBoard(hearsPurges: true)
    let revoked = RevokedTokens(capacity: 8)
    let shared = GatewayShared(
      registry: registry, accessLog: AccessLog(descriptor: 1, loops: 1), readiness: Readiness([:]),
      descriptors: 64, memory: MemoryPressure(limit: 0, registry), purges: purges, traces: nil,
      cache: ResponseCache(plan.configuration.cache, purges: purges), revoked: revoked,
      edgeEvents: EdgeEventMetrics(registry, revoked: revoked))
    return GatewayLoop(eventLoop, index: 0, of: 1, plan: plan, shared: shared)
  }

  private static let requests = 18
  private static let letters: Range<UInt8> = 0x0E..<0x20

  /// Short ones between long ones: gathered, and sent at once.
  private static func length(_ number: Int) -> Int { number % 3 == 0 ? 700 : 600_000 }

  private static func body(_ number: Int) -> String {
    String(repeating: String(UnicodeScalar(letters.lowerBound + UInt8(number))), count: length(number))
  }
}
