import Foundation
import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(1))) struct JobWorkerTests {
  private let start = Date(timeIntervalSince1970: 1_900_000_000)

  private func worker(
    _ postgres: PostgresClient, _ diary: Diary, kind: String = "k", concurrency: Int = 4,
    configuration: JobWorkerConfiguration = .init(), timeout: Duration = .seconds(30),
    now: (@Sendable () -> Date)? = nil, run: @escaping @Sendable (Job) async throws -> Void
  ) -> JobWorker {
    let start = start
    return JobWorker(
      postgres: postgres,
      handlers: [JobHandler(kind: kind, concurrency: concurrency, timeout: timeout, run: run)],
      configuration: configuration, now: now ?? { start }
    ) { event in
      switch event {
      case .finished: diary.write("finished")
      case .failed(_, _, let attempt, _, let retryIn):
        diary.write(retryIn == nil ? "dead" : "failed \(attempt)")
      case .leaseLost: diary.write("lost")
      case .queueUnreachable(_, let error): diary.write("unreachable \(error)")
      }
    }
  }

  private func enqueue(
    _ postgres: PostgresClient, _ payload: String = "{}", key: String? = nil, at date: Date? = nil
  )
    async throws -> Bool
  {
    try await JobStore(postgres).enqueue(
      kind: "k", payload: Array(payload.utf8), businessID: 1, uniqueKey: key, runAt: date ?? start, now: start
    )
  }

  private func left(_ postgres: PostgresClient) async throws -> Int {
    let counts = try await JobStore(postgres).counts()
    return counts.living + counts.dead
  }

  @Test func `a job runs once with its payload and is gone`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      let payloads = Mutex<[String]>([])
      _ = try await enqueue(postgres, #"{"a": 1}"#)
      try await JobWorker.running(
        worker(postgres, diary) { job in
          payloads.withLock { $0.append(String(decoding: job.payload, as: UTF8.self)) }
        }
      ) {
        await diary.reaches(1)
      }
      #expect(payloads.withLock { $0 } == [#"{"a": 1}"#])
      #expect(try await left(postgres) == 0)
    }
  }

  @Test func `a job that is written while the worker sleeps wakes it`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      var configuration = JobWorkerConfiguration()
      configuration.poll = .seconds(3600)
      try await JobWorker.running(worker(postgres, diary, configuration: configuration) { _ in }) {
        _ = try await enqueue(postgres)
        await diary.reaches(1)
        _ = try await enqueue(postgres)
        await diary.reaches(2)
      }
    }
  }

  @Test func `a thousand jobs over two workers run exactly once each`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      let ran = Mutex<[Int: Int]>([:])
      _ = try await postgres.query(
        .once(
          "INSERT INTO jobs (business_id, kind, payload, run_at, created_at) SELECT 1, 'k', '{}', $1, $1 FROM generate_series(1, 1000)"
        ),
        start)
      let handler: @Sendable (Job) async throws -> Void = { job in
        ran.withLock { $0[job.id, default: 0] += 1 }
      }
      let one = worker(postgres, diary, concurrency: 16, run: handler)
      let two = worker(postgres, diary, concurrency: 16, run: handler)
      try await JobWorker.running(one) {
        try await JobWorker.running(two) { await diary.reaches(1000) }
      }
      #expect(ran.withLock { $0.count } == 1000 && ran.withLock { $0.values.allSatisfy { $0 == 1 } })
      #expect(try await left(postgres) == 0)
    }
  }

  @Test func `a job is due when the clock that was passed in says so`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      _ = try await enqueue(postgres, at: start + 3600)
      var configuration = JobWorkerConfiguration()
      configuration.poll = .milliseconds(20)
      let shared = ClockBox(start)
      try await JobWorker.running(
        worker(postgres, diary, configuration: configuration, now: { shared.now }) { _ in }
      ) {
        let early = try await JobStore(postgres).take(kind: "k", limit: 1, worker: "w", lease: 1, now: start)
        #expect(early.isEmpty)
        shared.set(start + 3601)
        await diary.reaches(1)
      }
    }
  }

  @Test func `a failed job waits, runs again, and in the end is dead and can be brought back`() async throws {
    try await JobsDatabase.run { postgres async throws in
      struct Broken: Error {}
      let diary = Diary()
      let clock = ClockBox(start)
      let works = Atomic<Bool>(false)
      _ = try await enqueue(postgres)
      _ = try await postgres.query(.once("UPDATE jobs SET max_attempts = 3"))
      var configuration = JobWorkerConfiguration()
      configuration.poll = .milliseconds(10)
      try await JobWorker.running(
        worker(postgres, diary, configuration: configuration, now: { clock.now }) { _ in
          if !works.load(ordering: .relaxed) { throw Broken() }
        }
      ) {
        await diary.reaches(1)
        clock.set(clock.now + 10)
        await diary.reaches(2)
        clock.set(clock.now + 10)
        await diary.reaches(3)
        #expect(diary.entries == ["failed 1", "failed 2", "dead"])
        let dead = try await JobStore(postgres).dead(limit: 10)
        #expect(dead.count == 1 && dead.first?.lastError.contains("Broken") == true)
        works.store(true, ordering: .relaxed)
        #expect(try await JobStore(postgres).retry(id: dead[0].job.id, now: clock.now))
        await diary.reaches(4)
      }
      #expect(try await left(postgres) == 0)
    }
  }

  @Test func `work that can never succeed is dead at once`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      _ = try await enqueue(postgres)
      try await JobWorker.running(
        worker(postgres, diary) { _ in throw PermanentJobFailure("no such address") }
      ) {
        await diary.reaches(1)
      }
      #expect(diary.entries == ["dead"])
    }
  }

  @Test func `a run that takes too long is cancelled and counts as failed`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      _ = try await enqueue(postgres)
      try await JobWorker.running(
        worker(postgres, diary, timeout: .milliseconds(30)) { _ in try await Task.sleep(for: .seconds(3600)) }
      ) {
        await diary.reaches(1)
      }
      #expect(diary.entries == ["failed 1"])
    }
  }

  @Test func `what a killed worker had begun comes back when its lease is over`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      _ = try await enqueue(postgres)
      let store = JobStore(postgres)
      #expect(try await store.take(kind: "k", limit: 1, worker: "killed", lease: 0.3, now: start).count == 1)
      #expect(try await store.take(kind: "k", limit: 1, worker: "other", lease: 0.3, now: start).isEmpty)
      var configuration = JobWorkerConfiguration()
      configuration.poll = .milliseconds(20)
      try await JobWorker.running(worker(postgres, diary, configuration: configuration) { _ in }) {
        await diary.reaches(1)
      }
      #expect(diary.entries == ["finished"])
    }
  }

  @Test func `a job that was taken over meanwhile does not count twice`() async throws {
    try await JobsDatabase.run { postgres async throws in
      _ = try await enqueue(postgres)
      let store = JobStore(postgres)
      let first = try await store.take(kind: "k", limit: 1, worker: "slow", lease: -1, now: start)
      let second = try await store.take(kind: "k", limit: 1, worker: "quick", lease: 60, now: start)
      #expect(first.count == 1 && second.first?.attempt == 2)
      #expect(try await store.finish(first, worker: "slow").isEmpty)
      #expect(try await !store.fail(first[0], error: "x", retryAt: nil, worker: "slow"))
      #expect(try await store.finish(second, worker: "quick").count == 1)
    }
  }

  @Test func `a lease is renewed while its job runs`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      let other = Diary()
      var configuration = JobWorkerConfiguration()
      configuration.lease = .milliseconds(600)
      configuration.poll = .milliseconds(50)
      let runs = Atomic<Int>(0)
      _ = try await enqueue(postgres)
      let handler: @Sendable (Job) async throws -> Void = { _ in
        runs.wrappingAdd(1, ordering: .relaxed)
        try await Task.sleep(for: .milliseconds(1800))
      }
      try await JobWorker.running(worker(postgres, diary, configuration: configuration, run: handler)) {
        try await JobWorker.running(worker(postgres, other, configuration: configuration, run: handler)) {
          while diary.entries.isEmpty && other.entries.isEmpty {
            try await Task.sleep(for: .milliseconds(20))
          }
        }
      }
      #expect(runs.load(ordering: .relaxed) == 1)
    }
  }

  @Test func `of two jobs with one key the second is not written while the first lives`() async throws {
    try await JobsDatabase.run { postgres async throws in
      #expect(try await enqueue(postgres, key: "a"))
      #expect(try await !enqueue(postgres, key: "a"))
      #expect(try await enqueue(postgres, key: "b"))
      #expect(try await left(postgres) == 2)
    }
  }

  @Test func `no more of a kind run at a time than it allows`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      let running = Atomic<Int>(0)
      let most = Atomic<Int>(0)
      for _ in 0..<40 { _ = try await enqueue(postgres) }
      try await JobWorker.running(
        worker(postgres, diary, concurrency: 3) { _ in
          let now = running.wrappingAdd(1, ordering: .relaxed).newValue
          most.max(now, ordering: .relaxed)
          try await Task.sleep(for: .milliseconds(2))
          running.wrappingSubtract(1, ordering: .relaxed)
        }
      ) {
        await diary.reaches(40)
      }
      #expect(most.load(ordering: .relaxed) == 3)
    }
  }

  @Test func `told to stop, a worker finishes what runs and takes nothing new`() async throws {
    try await JobsDatabase.run { postgres async throws in
      let diary = Diary()
      let begun = Diary()
      for _ in 0..<10 { _ = try await enqueue(postgres) }
      try await JobWorker.running(
        worker(postgres, diary, concurrency: 2) { _ in
          begun.write("begun")
          try await Task.sleep(for: .milliseconds(200))
        }
      ) {
        await begun.reaches(2)
      }
      #expect(diary.entries.filter { $0 == "finished" }.count == begun.entries.count)
      #expect(try await left(postgres) == 10 - begun.entries.count)
      let leased = try await postgres.query(.once("SELECT count(*) FROM jobs WHERE leased_by IS NOT NULL"))
      #expect(try leased.first?.decode(Int.self, at: 0) == 0)
    }
  }
}

/// A clock that a test sets.
final class ClockBox: Sendable {
  private let date: Mutex<Date>
  init(_ date: Date) { self.date = Mutex(date) }
  var now: Date { date.withLock { $0 } }
  func set(_ date: Date) { self.date.withLock { $0 = date } }
}
