import NIOPosix
import Synchronization
import TestSupport

@testable import Redis

/// Runs a client for the time of a test, and lets the test wait for what it reports.
struct ClientHarness: Sendable {
  let client: RedisClient
  let events: EventLog

  /// On the shared server, or on the one with this URL.
  static func run(
    url: String? = nil, _ change: (inout RedisConfiguration) -> Void = { _ in },
    _ body: @Sendable (ClientHarness) async throws -> Void
  ) async throws {
    let address: String
    if let url { address = url } else { address = try await PrivateRedis.sharedURL() }
    var configuration = try RedisConfiguration(url: address)
    // The machine may be busy: what is not about time-outs must not run into them.
    configuration.commandTimeout = .seconds(20)
    configuration.connectTimeout = .seconds(20)
    change(&configuration)
    let events = EventLog()
    let client = RedisClient(
      configuration: configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
      observer: { events.add($0) })
    let running = Task { try await client.run() }
    defer { running.cancel() }
    try await body(ClientHarness(client: client, events: events))
    running.cancel()
    _ = await running.result
  }

  /// Why a command fails, nil when it does not.
  func failure(_ arguments: [String]) async -> RedisError? {
    do throws(RedisError) {
      _ = try await client.send(arguments)
      return nil
    } catch {
      return error
    }
  }
}

/// What a client reported, and a place to wait for the next of a kind.
final class EventLog: Sendable {
  private let state = Mutex<
    (seen: [RedisEvent], waiting: [(@Sendable (RedisEvent) -> Bool, CheckedContinuation<Void, Never>)])
  >(([], []))

  func add(_ event: RedisEvent) {
    let woken = state.withLock { state in
      state.seen.append(event)
      let woken = state.waiting.filter { $0.0(event) }.map(\.1)
      state.waiting.removeAll { $0.0(event) }
      return woken
    }
    for continuation in woken { continuation.resume() }
  }

  var seen: [RedisEvent] { state.withLock { $0.seen } }

  /// Returns when such an event was reported, now or before.
  func wait(for condition: @escaping @Sendable (RedisEvent) -> Bool) async {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state in
        let known = state.seen.contains(where: condition)
        if !known { state.waiting.append((condition, continuation)) }
        return known
      }
      if known { continuation.resume() }
    }
  }
}

extension RedisEvent {
  var isConnected: Bool { if case .connected = self { true } else { false } }
  var isConnectFailed: Bool { if case .connectFailed = self { true } else { false } }
  var isDisconnected: Bool { if case .disconnected = self { true } else { false } }
}
