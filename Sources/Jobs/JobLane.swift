import Foundation
import ServiceLifecycle
import Synchronization

/// Runs the jobs of one kind: takes as many as there is room for, runs them side by side, ends them in batches.
final class JobLane: Sendable {
  private struct State {
    var running = 0
    /// Done, and not yet taken off the queue.
    var done: [Job] = []
    var isFlushing = false
  }

  private let handler: JobHandler
  private let store: JobStore
  private let worker: String
  private let configuration: JobWorkerConfiguration
  private let now: @Sendable () -> Date
  private let observe: @Sendable (JobEvent) -> Void
  private let state = Mutex(State())
  private let wakes: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation

  init(
    handler: JobHandler, store: JobStore, worker: String, configuration: JobWorkerConfiguration,
    now: @escaping @Sendable () -> Date, observe: @escaping @Sendable (JobEvent) -> Void
  ) {
    self.handler = handler
    self.store = store
    self.worker = worker
    self.configuration = configuration
    self.now = now
    self.observe = observe
    (wakes, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Says that there may be something to do.
  func wake() { wakeUp.yield() }

  /// Until graceful shutdown; returns when everything that ran then has ended.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.tick(every: self.configuration.poll) { self.wake() } }
      group.addTask { await self.tick(every: self.configuration.lease / 3) { await self.renew() } }
      await self.takeUntilShutdown()
      group.cancelAll()
    }
    await flush()
    await giveBack()
  }

  // MARK: Taking

  private func takeUntilShutdown() async {
    await withDiscardingTaskGroup { jobs in
      await withGracefulShutdownHandler {
        self.wake()
        for await _ in self.wakes {
          while !Task.isShuttingDownGracefully, !Task.isCancelled, await self.takeSome(into: &jobs) {}
        }
      } onGracefulShutdown: {
        self.wakeUp.finish()
      }
    }
  }

  /// Whether it is worth looking again at once.
  private func takeSome(into jobs: inout DiscardingTaskGroup) async -> Bool {
    // Half of the lane must be free: taking one job per statement is what makes a queue slow.
    let room = state.withLock { handler.concurrency - $0.running }
    guard room * 2 >= handler.concurrency else { return false }
    let taken: [Job]
    do {
      taken = try await store.take(
        kind: handler.kind, limit: room, worker: worker, lease: configuration.lease.seconds, now: now())
    } catch {
      observe(.queueUnreachable(kind: handler.kind, error: "\(error)"))
      return false
    }
    state.withLock { $0.running += taken.count }
    for job in taken {
      jobs.addTask { await self.run(job) }
    }
    return taken.count == room
  }

  // MARK: Running

  private func run(_ job: Job) async {
    let start = ContinuousClock.now
    do {
      try await withTimeout(handler.timeout) { try await self.handler.run(job) }
      state.withLock { $0.done.append(job) }
      observe(.finished(kind: job.kind, attempt: job.attempt, took: start.duration(to: .now)))
      leave()
      await flush()
    } catch is CancellationError where Task.isCancelled {
      leave()
    } catch {
      leave()
      await fail(job, error)
    }
  }

  private func leave() {
    state.withLock { $0.running -= 1 }
    wake()
  }

  private func fail(_ job: Job, _ error: any Error) async {
    let isFinal = error is PermanentJobFailure || job.attempt >= job.maximumAttempts
    let delay =
      isFinal
      ? nil : configuration.backoff.delay(afterAttempt: job.attempt, jitter: .random(in: 0...1))
    do {
      let isOurs = try await store.fail(
        job, error: "\(error)", retryAt: delay.map { now().addingTimeInterval($0.seconds) }, worker: worker)
      observe(
        isOurs
          ? .failed(kind: job.kind, id: job.id, attempt: job.attempt, error: "\(error)", retryIn: delay)
          : .leaseLost(kind: job.kind, id: job.id))
    } catch {
      // The lease runs out, and the job comes back by itself.
      observe(.queueUnreachable(kind: job.kind, error: "\(error)"))
    }
  }

  // MARK: Ending

  /// Takes all that is done off the queue in one statement; what gets done meanwhile goes with the next one.
  private func flush() async {
    while let batch = nextBatch() {
      do {
        let ours = try await store.finish(batch, worker: worker)
        for job in batch where !ours.contains(job.id) { observe(.leaseLost(kind: job.kind, id: job.id)) }
      } catch {
        observe(.queueUnreachable(kind: handler.kind, error: "\(error)"))
        state.withLock { state in
          // Kept for the next flush; if that comes too late the jobs run again, which their keys allow.
          state.done += batch
          state.isFlushing = false
        }
        return
      }
      state.withLock { $0.isFlushing = false }
    }
  }

  private func nextBatch() -> [Job]? {
    state.withLock { state in
      guard !state.isFlushing, !state.done.isEmpty else { return nil }
      state.isFlushing = true
      defer { state.done = [] }
      return state.done
    }
  }

  private func renew() async {
    guard state.withLock({ $0.running > 0 || !$0.done.isEmpty }) else { return }
    do {
      try await store.renew(kind: handler.kind, worker: worker, lease: configuration.lease.seconds)
      await flush()
    } catch {
      observe(.queueUnreachable(kind: handler.kind, error: "\(error)"))
    }
  }

  private func giveBack() async {
    do { try await store.release(kind: handler.kind, worker: worker) } catch {
      observe(.queueUnreachable(kind: handler.kind, error: "\(error)"))
    }
  }

  private func tick(every interval: Duration, _ body: () async -> Void) async {
    while (try? await Task.sleep(for: interval)) != nil { await body() }
  }
}

/// Thrown when a handler took longer than it may.
struct JobTimeout: Error, CustomStringConvertible {
  var limit: Duration
  var description: String { "took longer than \(limit)" }
}

/// Runs `body`, and cancels it and throws when it takes longer than `limit`.
func withTimeout(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Void) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      throw JobTimeout(limit: limit)
    }
    defer { group.cancelAll() }
    try await group.next()
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
