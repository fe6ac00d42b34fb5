import Foundation
import Synchronization

/// One of our binaries as a child of this process; gone when this process is, however that ends.
final class Program: Sendable {
  let id: pid_t
  /// What it printed, both streams.
  let log: String
  private let state = Mutex<(status: Int32?, waiters: [CheckedContinuation<Int32, Never>])>((nil, []))

  /// The binary that `DAYBOOK_<NAME>` names, else the one beside the tests.
  static func binary(_ name: String) throws -> String {
    if let path = ProcessInfo.processInfo.environment["DAYBOOK_\(name.uppercased())"] { return path }
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(filePath: tests).deletingLastPathComponent().appending(path: name).path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw EndToEndError("no \(path): swift build, or set DAYBOOK_\(name.uppercased())")
    }
    return path
  }

  static func start(_ command: [String], environment: [String: String], log: String) async throws -> Program {
    // The thread lives as long as the child: `--pdeathsig` is about the thread that started it.
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        do {
          let program = try Program(
            ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] + command, environment: environment, log: log)
          continuation.resume(returning: program)
          program.awaitEnd()
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }

  private init(_ command: [String], environment: [String: String], log: String) throws {
    self.log = log
    var actions = unsafe posix_spawn_file_actions_t()
    _ = unsafe posix_spawn_file_actions_init(&actions)
    defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
    _ = unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    _ = unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    let variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    var id: pid_t = 0
    let error = unsafe posix_spawn(&id, command[0], &actions, nil, arguments, variables)
    guard error == 0 else { throw EndToEndError("\(command): \(unsafe String(cString: strerror(error)))") }
    self.id = id
  }

  var isRunning: Bool { state.withLock { $0.status == nil } }

  /// The end of what it printed, for messages.
  var lastWords: String { String(((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").suffix(3000)) }

  func signal(_ signal: Int32) {
    // Under the lock: once it is over, its id may be somebody else's.
    state.withLock { state in
      if state.status == nil { _ = Foundation.kill(id, signal) }
    }
  }

  /// Its exit status, or 128 and the signal.
  @discardableResult
  func ended() async -> Int32 {
    await withCheckedContinuation { continuation in
      let status = state.withLock { state in
        if state.status == nil { state.waiters.append(continuation) }
        return state.status
      }
      if let status { continuation.resume(returning: status) }
    }
  }

  /// `kill -9`.
  func crash() async {
    signal(SIGKILL)
    await ended()
  }

  private func awaitEnd() {
    // Left unreaped until the lock is held, so that nobody signals a stranger.
    var info = unsafe siginfo_t()
    while unsafe waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
    var status: Int32 = 0
    let (code, waiters) = state.withLock { state in
      while unsafe waitpid(id, &status, 0) < 0 && errno == EINTR {}
      let signal = status & 0x7f
      let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
      defer { state = (code, []) }
      return (code, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: code) }
  }
}
