import Postgres
import ServiceLifecycle
import Synchronization

/// Wakes whoever reads edge events, in whichever process they were written. It carries no events: readers look into
/// the table, so a wake that is lost costs a second at most.
final class EdgeEventFeed: Service {
  private struct State {
    var readers: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextID = 0
  }

  let store: EdgeEventStore
  private let postgres: PostgresClient
  private let state = Mutex(State())

  init(postgres: PostgresClient) {
    self.postgres = postgres
    store = EdgeEventStore(postgres)
  }

  /// After the commit of a purge of which the availability feed says nothing.
  func wake() { postgres.notify(EdgeEventStore.channel, "p") }

  /// One element whenever it is worth looking, at least every second. Wakes that nobody has taken are one.
  func wakes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.nextID += 1
      state.readers[state.nextID] = continuation
      return state.nextID
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.readers.removeValue(forKey: id) }
    }
    return stream
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        // Every change of availability is a purge too; its notification is ours as well.
        for channel in [EdgeEventStore.channel, AvailabilityChange.channel] {
          group.addTask { await self.postgres.listen(on: channel) { _ in self.wakeReaders() } }
        }
        group.addTask { while await Self.pause(.seconds(1)) { self.wakeReaders() } }
      }
    }
  }

  private static func pause(_ duration: Duration) async -> Bool {
    (try? await Task.sleep(for: duration)) != nil
  }

  private func wakeReaders() {
    for reader in state.withLock({ Array($0.readers.values) }) { reader.yield() }
  }
}
