import Foundation
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import TestSupport

/// A database with the jobs table as origin's migration makes it.
enum JobsDatabase {
  static func run<R: Sendable>(_ body: (PostgresClient) async throws -> R) async throws -> R {
    try await withClient(template: template, body)
  }

  private static let template = DatabaseTemplate("jobs") { url in
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Origin/Database/Migrations/0005_create_jobs.sql")
    let sql = try String(contentsOf: file, encoding: .utf8)
    try await Migrator(migrations: [("0001_create_jobs", sql)]).apply(to: PostgresConfiguration(url: url))
  }
}

/// Collects what workers did, and lets a test wait for it.
final class Diary: Sendable {
  private struct State {
    var entries: [String] = []
    var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }
  private let state = Mutex(State())

  var entries: [String] { state.withLock { $0.entries } }

  func write(_ entry: String) {
    let due = state.withLock { state in
      state.entries.append(entry)
      let due = state.waiters.filter { $0.count <= state.entries.count }
      state.waiters.removeAll { $0.count <= state.entries.count }
      return due
    }
    for waiter in due { waiter.continuation.resume() }
  }

  /// Until there are so many entries; the test's time limit is the bound.
  func reaches(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.entries.count >= count { return true }
        state.waiters.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }
}

extension JobWorker {
  /// Runs a worker beside a body and stops it as SIGTERM would.
  static func running<R>(_ worker: JobWorker, _ body: () async throws -> R) async throws -> R {
    let group = ServiceGroup(services: [worker], logger: .init(label: "test"))
    let task = Task { try await group.run() }
    let result: R
    do { result = try await body() } catch {
      task.cancel()
      throw error
    }
    await group.triggerGracefulShutdown()
    try await task.value
    return result
  }
}
