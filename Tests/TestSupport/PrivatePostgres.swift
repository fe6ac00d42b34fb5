import Foundation

/// A Postgres cluster of this test run's own, in a temporary folder, gone with the process that made it.
///
/// A small shell holds the other end of a pipe and stops the server when this process ends, however it ends.
package final class PrivatePostgres: Sendable {
  /// What a server that crashes loses.
  package enum Durability: Sendable {
    /// fsync off: fast, for tests that do not crash it.
    case none
    /// fsync on: a committed transaction survives `kill -9`.
    case full
  }

  package let port: Int
  /// Holds the data, the Unix socket and the log.
  package let folder: String
  private let durability: Durability
  private let supervisor = PostgresSupervisor()

  /// The cluster that all tests of this process share, started when it is first asked for.
  package static func shared() async throws -> PrivatePostgres { try await sharedStart.value }

  private static let sharedStart = Task { try await PrivatePostgres.started(durability: .none) }

  /// A cluster of one test's own, for tests that stop or kill it.
  package static func started(durability: Durability) async throws -> PrivatePostgres {
    try await onThread {
      let cluster = try PrivatePostgres(durability: durability)
      try cluster.start()
      return cluster
    }
  }

  private init(durability: Durability) throws {
    self.durability = durability
    port = try FreePort.find()
    folder = try TemporaryFolder.make("daybook-pg-")
    let initdb = [
      "initdb", "--pgdata", "\(folder)/data", "--auth", "trust", "--username", "postgres", "--encoding",
      "UTF8",
      "--locale", "C", "--no-sync", "--no-instructions",
    ]
    try PostgresBinaries.run(initdb, folder: folder)
  }

  deinit {
    supervisor.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Over the Unix socket.
  package func url(database: String = "postgres") -> String {
    "postgres://postgres@/\(database)?host=\(folder)&port=\(port)"
  }

  /// Over loopback TCP.
  package func tcpURL(database: String = "postgres") -> String {
    "postgres://postgres@127.0.0.1:\(port)/\(database)"
  }

  /// Starts the server, after ``kill()`` or ``stop()`` again with the same data; returns when it answers.
  package func start() throws {
    var settings = [
      "unix_socket_directories=\(folder)", "listen_addresses=127.0.0.1", "port=\(port)",
      "max_connections=200",
      "shared_buffers=64MB", "log_min_messages=warning", "autovacuum=off",
    ]
    if durability == .none { settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
    let command = try PostgresBinaries.command(
      ["postgres", "-D", "\(folder)/data"] + settings.flatMap { ["-c", $0] })
    try supervisor.start(command, folder: folder)
    // A server can only be asked whether it is ready, and one that was killed refuses to start until the last
    // of its children has left.
    let deadline = Date(timeIntervalSinceNow: 60)
    while !PostgresBinaries.isReady(port: port, folder: folder) {
      guard Date() < deadline else {
        throw TestSupportError("Postgres did not start: \(PostgresBinaries.log(folder))")
      }
      if supervisor.hasEnded { try supervisor.start(command, folder: folder) }
      usleep(20_000)
    }
  }

  /// Runs one of Postgres' own programs against it, over the Unix socket; gives what it printed.
  @discardableResult
  package func run(_ arguments: [String]) throws -> String {
    let address = ["-h", folder, "-p", String(port), "-U", "postgres"]
    return try PostgresBinaries.run([arguments[0]] + address + arguments.dropFirst(), folder: folder)
  }

  /// CPU that the server's ended sessions have used, in seconds; a session counts once it has ended.
  package func cpuSeconds() throws -> Double {
    let stat = try String(contentsOfFile: "/proc/\(postmasterID())/stat", encoding: .utf8)
    // proc(5): cutime and cstime are fields 16 and 17, the name in parentheses is the second.
    let fields = stat.split(separator: ")").last?.split(separator: " ").compactMap { Double($0) } ?? []
    guard fields.count > 14 else { throw TestSupportError("cannot read \(stat)") }
    return (fields[12] + fields[13]) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// `kill -9` of the postmaster: its children notice and leave, nothing is flushed.
  package func kill() async throws {
    try await Self.onThread { [self] in
      Foundation.kill(try postmasterID(), SIGKILL)
      supervisor.awaitEnd()
    }
  }

  /// A fast shutdown: transactions are rolled back, clients disconnected.
  package func stop() async throws {
    try await Self.onThread { [self] in
      Foundation.kill(try postmasterID(), SIGINT)
      supervisor.awaitEnd()
    }
  }

  /// Starts it again off the cooperative pool.
  package func restart() async throws {
    try await Self.onThread { [self] in try start() }
  }

  private func postmasterID() throws -> pid_t {
    let file = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
    guard let id = file.split(separator: "\n").first.flatMap({ pid_t($0) }) else {
      throw TestSupportError("no process id in \(folder)/data/postmaster.pid")
    }
    return id
  }

  private static func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
