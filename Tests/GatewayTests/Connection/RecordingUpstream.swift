import NIOCore
import NIOPosix
import Synchronization

/// An upstream that keeps what reaches it byte by byte, and says what of it is no well-formed request of HTTP/1.1. Its
/// reading is its own: nothing of HTTPWire takes part.
final class RecordingUpstream: Sendable {
  struct Request: Sendable {
    var line: [UInt8]
    var fields: [[UInt8]]
    var body: [UInt8] = []
    var isWhole = false
  }

  struct Seen: Sendable {
    var requests: [Request] = []
    var faults: [String] = []
  }

  let port: Int
  private let seen: Box
  private let channel: any Channel

  final class Box: Sendable {
    let value = Mutex(Seen())
  }

  static func start() async throws -> RecordingUpstream {
    let seen = Box()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.backlog, value: 256)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(RecordingUpstreamHandler(seen))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return RecordingUpstream(channel, seen)
  }

  private init(_ channel: any Channel, _ seen: Box) {
    self.channel = channel
    self.seen = seen
    port = channel.localAddress?.port ?? 0
  }

  /// What has come since it was taken last.
  func take() -> Seen {
    seen.value.withLock { seen in
      defer { seen = Seen() }
      return seen
    }
  }

  func stop() async throws { try await channel.close() }
}
