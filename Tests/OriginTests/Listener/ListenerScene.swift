import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

@testable import Origin

/// The listener with a few answers of its own, and clients that speak to it in bytes.
struct ListenerScene {
  let port: Int
  private let stop: @Sendable () async -> Void

  static func run(
    arrival: TimeAmount = .seconds(60), _ body: (ListenerScene) async throws -> Void
  ) async throws {
    let (running, isRunning) = AsyncStream.makeStream(of: Int.self)
    let responder = TestResponder()
    let logger = Logger(label: "listener") { _ in SwiftLogNoOpLogHandler() }
    let app = Application(
      responder: responder, server: .wire(responder, arrival: arrival),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { isRunning.yield($0.localAddress?.port ?? 0) }, logger: logger)
    let services = ServiceGroup(configuration: .init(services: [app], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await services.run() }
      for await port in running {
        try await body(ListenerScene(port: port) { await services.triggerGracefulShutdown() })
        break
      }
      await services.triggerGracefulShutdown()
      try await group.waitForAll()
    }
  }

  func shutDown() async { await stop() }

  /// What comes back for bytes sent in pieces, until the server closes or, where `until` is given, until that has come.
  func exchange(_ pieces: String..., until end: String? = nil) async throws -> String {
    try await connect { client in
      for piece in pieces {
        try await client.send(piece)
        // A piece of its own for the server too.
        if pieces.count > 1 { try await Task.sleep(for: .milliseconds(20)) }
      }
      return try await client.read(until: end)
    }
  }

  func connect<Result: Sendable>(_ body: (ListenerClient) async throws -> Result) async throws -> Result {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await body(ListenerClient(incoming: inbound.makeAsyncIterator(), outbound: outbound))
    }
  }
}

/// One connection of a client.
final class ListenerClient {
  private var incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  private var text = ""

  init(
    incoming: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
    outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  ) {
    self.incoming = incoming
    self.outbound = outbound
  }

  func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

  /// Sends no more; still reads.
  func finish() { outbound.finish() }

  /// All that came since the last call.
  func read(until end: String? = nil) async throws -> String {
    defer { text = "" }
    while end.map({ !text.contains($0) }) ?? true, let bytes = try await incoming.next(isolation: #isolation)
    {
      text += String(buffer: bytes)
    }
    return text
  }
}

/// `/echo` tells the request, `/empty` is 204, `/stream` has no length, `/cut` ends in the middle, `/slow` takes a while,
/// `/endless` streams until its client goes.
struct TestResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  func respond(to request: Request, context: Context) async throws -> Response {
    switch request.uri.path {
    case "/empty": return Response(status: .noContent)
    case "/stream":
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          for part in ["one", "", "two"] { try await writer.write(ByteBuffer(string: part)) }
          try await writer.finish(nil)
        })
    case "/cut":
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          try await writer.write(ByteBuffer(string: "one"))
          throw CancellationError()
        })
    case "/endless":
      return Response(
        status: .ok,
        body: ResponseBody { writer in
          while true {
            try await writer.write(ByteBuffer(string: "tick"))
            try await Task.sleep(for: .milliseconds(10))
          }
        })
    case "/slow":
      try await Task.sleep(for: .milliseconds(300))
      return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "slow")))
    case "/error": throw CancellationError()
    default: return try await echo(request)
    }
  }

  private func echo(_ request: Request) async throws -> Response {
    do {
      let body = String(buffer: try await request.body.collect(upTo: HTTPConnection.largestBody))
      let fields = request.headers.map { "\($0.name.rawName)=\($0.value)" }.joined(separator: ",")
      let text =
        "<\(request.method) \(request.head.path ?? "-") [\(fields)] \(body.prefix(100)) \(body.utf8.count)>"
      return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    } catch is NIOTooManyBytesError {
      return Response(status: .contentTooLarge)
    }
  }
}
