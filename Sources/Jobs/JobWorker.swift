package import Foundation
package import Postgres
import ServiceLifecycle

/// How a worker goes about its work.
package struct JobWorkerConfiguration: Sendable {
  /// How long a job belongs to a worker that says nothing; after that others take it over.
  package var lease: Duration = .seconds(15)
  /// How often the queue is looked at when no NOTIFY came.
  package var poll: Duration = .seconds(1)
  package var backoff = JobBackoff()

  package init() {}
}

/// Takes jobs from the queue and runs them, kind by kind, until the process is told to stop; what runs then is
/// waited for. Any number of workers share a queue.
package struct JobWorker: Service {
  private let postgres: PostgresClient
  private let lanes: [JobLane]

  /// - Parameter now: the clock that due times follow.
  package init(
    postgres: PostgresClient, handlers: [JobHandler], configuration: JobWorkerConfiguration = .init(),
    now: @escaping @Sendable () -> Date, observe: @escaping @Sendable (JobEvent) -> Void
  ) {
    self.postgres = postgres
    let store = JobStore(postgres)
    // One name for the life of the process: a restarted worker must not take itself for its predecessor.
    let name = UUID().uuidString
    lanes = handlers.map {
      JobLane(
        handler: $0, store: store, worker: name, configuration: configuration, now: now, observe: observe)
    }
  }

  package func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await listen() }
      for lane in lanes { group.addTask { await lane.run() } }
    }
  }

  /// A reconnected listener wakes everyone too: it may have missed something.
  private func listen() async {
    await cancelWhenGracefulShutdown {
      for await _ in postgres.notifications(on: JobStore.channel) {
        for lane in lanes { lane.wake() }
      }
    }
  }
}
