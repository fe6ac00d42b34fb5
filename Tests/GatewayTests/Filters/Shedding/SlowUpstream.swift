import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Answers so many requests at a time, each after so long, in the order in which they came.
final class SlowUpstream: Sendable {
  let port: Int
  private let channel: any Channel

  static func start(workers: Int, milliseconds: Int64) async throws -> SlowUpstream {
    let queue = SlowQueue(workers: workers, milliseconds: milliseconds)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(SlowHandler(queue))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return SlowUpstream(channel)
  }

  private init(_ channel: any Channel) {
    self.channel = channel
    port = channel.localAddress?.port ?? 0
  }

  func stop() async throws { try await channel.close() }
}

private final class SlowQueue: Sendable {
  private let state = Mutex<(waiting: [@Sendable () -> Void], working: Int)>(([], 0))
  private let workers: Int
  private let milliseconds: Int64

  init(workers: Int, milliseconds: Int64) {
    self.workers = workers
    self.milliseconds = milliseconds
  }

  func add(_ answer: @escaping @Sendable () -> Void) {
    let starts = state.withLock { state in
      if state.working == workers {
        state.waiting.append(answer)
        return false
      }
      state.working += 1
      return true
    }
    if starts { work(answer) }
  }

  private func work(_ answer: @escaping @Sendable () -> Void) {
    MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: .milliseconds(milliseconds)) {
      answer()
      let next = self.state.withLock { state -> (@Sendable () -> Void)? in
        if state.waiting.isEmpty {
          state.working -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      if let next { self.work(next) }
    }
  }
}

private final class SlowHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let queue: SlowQueue
  private var text = ""

  init(_ queue: SlowQueue) { self.queue = queue }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    text += String(buffer: unwrapInboundIn(data))
    while let end = text.range(of: "\r\n\r\n") {
      text.removeSubrange(..<end.upperBound)
      let channel = context.channel
      queue.add {
        channel.writeAndFlush(
          ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), promise: nil)
      }
    }
  }
}
