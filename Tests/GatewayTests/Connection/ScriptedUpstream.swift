import NIOCore
import NIOPosix
import Synchronization

/// An upstream that does what a test says, and remembers what it was sent.
final class ScriptedUpstream: Sendable {
  enum Reply: Sendable {
    case bytes(String)
    /// Bytes, then the end of the connection.
    case last(String)
    /// No word.
    case silence
    /// The pieces leave one by one, each when the test says so.
    case pieces(AsyncStream<String>)
    /// What the test says, when it says it.
    case faucet(Faucet)
    /// So many bytes of a body, as fast as they are taken.
    case flood(Int)
  }

  struct Seen: Sendable {
    var requests: [String] = []
    var connections = 0
    var ended = 0
    var floodBytes = 0
    var bodyBytes = 0
    var channels: [ObjectIdentifier: any Channel] = [:]
  }

  let port: Int
  private let channel: any Channel
  private let seenBox: Box

  final class Box: Sendable {
    let seen = Mutex(Seen())
  }

  /// - Parameter script: what to do with a request, given its number from 0 and its text.
  static func start(
    host: String = "127.0.0.1", on port: Int = 0, unixPath: String? = nil,
    _ script: @escaping @Sendable (Int, String) -> Reply
  ) async throws -> ScriptedUpstream {
    let box = Box()
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ScriptedUpstreamHandler(box, script))
        }
      }
    let channel =
      if let unixPath {
        try await bootstrap.bind(unixDomainSocketPath: unixPath, cleanupExistingSocketFile: true).get()
      } else {
        try await bootstrap.bind(host: host, port: port).get()
      }
    return ScriptedUpstream(channel, box)
  }

  private init(_ channel: any Channel, _ box: Box) {
    self.channel = channel
    port = channel.localAddress?.port ?? 0
    seenBox = box
  }

  var seen: Seen { seenBox.seen.withLock { $0 } }

  /// - Parameter closing: its connections end too, in the middle of nothing.
  func stop(closing: Bool = false) async throws {
    try await channel.close()
    guard closing else { return }
    for channel in seen.channels.values { try? await channel.close() }
  }

  /// Waits until what was seen is so, or gives up.
  func wait(until condition: (Seen) -> Bool) async throws {
    for _ in 0..<500 {
      if condition(seen) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }
}
