import Foundation
import Synchronization

/// A Redis of this test run's own, on a Unix socket in a temporary folder, without persistence; gone with the
/// process that started it, however that ends.
package final class PrivateRedis: Sendable {
  /// Holds the socket, the process id and the log.
  package let folder: String
  private let settings: [String]
  private let run = Mutex<Run?>(nil)

  /// The shell around a server, and a stream that ends when it does.
  private struct Run: Sendable {
    let shell: pid_t
    let over: AsyncStream<Void>
  }

  /// The URL of the server that all tests of this process share, started when it is first asked for: this
  /// process' own, or the one that DAYBOOK_TEST_REDIS names. Use keys of your own.
  package static func sharedURL() async throws -> String {
    if let url = ProcessInfo.processInfo.environment["DAYBOOK_TEST_REDIS"] { return url }
    return try await sharedStart.value.url
  }

  private static let sharedStart = Task { try await PrivateRedis.started() }

  /// One for a single test, to be killed and started again as it likes. `settings` are further arguments of
  /// redis-server, such as `["--requirepass", "x"]`.
  package static func started(settings: [String] = []) async throws -> PrivateRedis {
    let redis = try PrivateRedis(settings: settings)
    try await redis.start()
    return redis
  }

  private init(settings: [String]) throws {
    self.settings = settings
    folder = try TemporaryFolder.make("daybook-redis-")
  }

  deinit {
    if let shell = run.withLock({ $0?.shell }) {
      Foundation.kill(shell, SIGTERM)
    } else {
      try? FileManager.default.removeItem(atPath: folder)
    }
  }

  package var socket: String { "\(folder)/redis.sock" }
  package var url: String { "unix://\(socket)" }

  /// Starts the server, after ``kill()`` again and empty; returns when it answers.
  package func start() async throws {
    try? FileManager.default.removeItem(atPath: socket)
    let (over, ended) = AsyncStream.makeStream(of: Void.self)
    let command = command
    let log = "\(folder)/log"
    let shell = try await withCheckedThrowingContinuation { continuation in
      // The thread lives as long as the shell: `--pdeathsig` is about the thread that started it.
      Thread.detachNewThread {
        do {
          let shell = try ChildProcess(command, log: log)
          continuation.resume(returning: shell.id)
          shell.wait()
        } catch {
          continuation.resume(throwing: error)
        }
        ended.finish()
      }
    }
    run.withLock { $0 = Run(shell: shell, over: over) }
    try await awaitReady()
  }

  /// `kill -9`.
  package func kill() async throws {
    try signal(SIGKILL)
    guard let run = run.withLock({ $0 }) else { return }
    for await _ in run.over {}
    self.run.withLock { $0 = nil }
  }

  /// Stops it answering without closing anything, as a hanging machine does, until ``thaw()``.
  package func freeze() throws { try signal(SIGSTOP) }

  package func thaw() throws { try signal(SIGCONT) }

  /// A shell that ends the server and removes the folder when it is told to, or when this process dies.
  private var command: [String] {
    let script = """
      folder=$1; shift
      trap 'kill -9 $server; rm -rf "$folder"; exit' TERM
      "$@" &
      server=$!
      wait $server
      """
    return [
      "/usr/bin/setpriv", "--pdeathsig", "TERM", "--", "/bin/sh", "-c", script, "private-redis", folder,
      "/usr/bin/redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no",
      "--dir", folder, "--pidfile", "\(folder)/pid", "--enable-debug-command", "yes",
    ] + settings
  }

  private func signal(_ signal: Int32) throws {
    let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
    guard let id = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)),
      Foundation.kill(id, signal) == 0
    else { throw TestSupportError("no Redis with the process id in \(folder)/pid") }
  }

  /// Returns when the server answers; it has no way to say so but to be asked.
  private func awaitReady() async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if try await isAnswering() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    let log = (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? ""
    throw TestSupportError("redis-server did not start (apt-get install redis-server): \(log.suffix(2000))")
  }

  private func isAnswering() async throws -> Bool {
    let ping = ["/usr/bin/redis-cli", "-s", socket, "ping"]
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try ChildProcess(ping, log: "/dev/null").wait() == 0 })
      }
    }
  }
}
