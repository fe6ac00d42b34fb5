import Foundation
import Synchronization

/// The shell that runs one server, and stops it and removes its folder when the pipe from this process ends:
/// at the latest when this process does, however that happens.
final class PostgresSupervisor: Sendable {
  private let running = Mutex<(shell: ChildProcess, pipe: Int32)?>(nil)

  /// The first argument is the folder, the rest the command. SIGQUIT is Postgres' immediate shutdown. A server
  /// that ends by itself leaves the folder for the next start.
  private static let script = """
    folder=$1; shift
    trap '' INT TERM HUP
    exec 3<&0
    "$@" 3<&- </dev/null &
    server=$!
    { read -r word <&3; touch "$folder/over"; kill -QUIT $server; } &
    watcher=$!
    wait $server
    if [ -e "$folder/over" ]; then rm -rf "$folder"; else kill -9 $watcher; fi
    """

  func start(_ command: [String], folder: String) throws {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw TestSupportError("no pipe") }
    // Other children of this process must not keep it open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let shell = try ChildProcess(
      ["/bin/sh", "-c", Self.script, "postgres-supervisor", folder] + command, input: ends[0],
      log: "\(folder)/log")
    running.withLock { $0 = (shell, ends[1]) }
  }

  /// Whether the server has ended by itself.
  var hasEnded: Bool {
    running.withLock { running in
      guard let current = running else { return true }
      guard current.shell.hasEnded else { return false }
      close(current.pipe)
      running = nil
      return true
    }
  }

  /// Waits until the server has ended by itself.
  func awaitEnd() {
    end { running in
      running.shell.wait()
      close(running.pipe)
    }
  }

  /// Ends the server at once and removes its folder.
  func stop() {
    end { running in
      close(running.pipe)
      running.shell.wait()
    }
  }

  private func end(_ body: ((shell: ChildProcess, pipe: Int32)) -> Void) {
    running.withLock { running in
      guard let current = running else { return }
      running = nil
      body(current)
    }
  }
}
