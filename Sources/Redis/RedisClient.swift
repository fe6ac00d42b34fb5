package import NIOCore
internal import ServiceLifecycle

/// A Redis client: commands of many tasks are pipelined on one connection, subscriptions have a second one.
/// Both are opened by `run`, reconnect by themselves with growing, jittered pauses, and close when the service
/// shuts down. Safe on every thread.
///
/// A command waits for its reply at most `commandTimeout`, through reconnections as long as it was not sent. A
/// command that was sent when the connection broke fails with the outcome `.unknown`; it is never sent twice.
package final class RedisClient: Sendable, Service {
  private let commands: CommandConnection
  private let subscriptions: SubscriptionConnection

  /// `observer` is called on the event loop.
  package init(
    configuration: RedisConfiguration, eventLoopGroup: any EventLoopGroup,
    observer: (@Sendable (RedisEvent) -> Void)? = nil
  ) {
    let eventLoop = eventLoopGroup.next()
    commands = CommandConnection(configuration, eventLoop, observer)
    subscriptions = SubscriptionConnection(configuration, eventLoop, observer)
  }

  /// Holds the connections open until graceful shutdown or cancellation; replies that are due are waited for.
  package func run() async throws {
    commands.start()
    subscriptions.start()
    try? await gracefulShutdown()
    await subscriptions.stop()
    await commands.stop()
  }

  /// Sends a command and waits for its reply. An error reply is thrown. Cancelling the task discards the reply.
  package func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
    try await commands.send(command)
  }

  /// Sends a command of text arguments: `try await redis.send(["SET", key, value])`.
  package func send(_ arguments: [String]) async throws(RedisError) -> RESPValue {
    try await commands.send(RedisCommand(arguments))
  }

  /// Sends a command of binary arguments.
  package func send(_ arguments: [[UInt8]]) async throws(RedisError) -> RESPValue {
    try await commands.send(RedisCommand(arguments))
  }

  /// What is published on a channel, until the stream is dropped or the client stops. Starts with `.resumed` as
  /// soon as the subscription stands.
  package func messages(on channel: String) -> AsyncStream<RedisMessage> {
    subscriptions.messages(on: channel)
  }
}
