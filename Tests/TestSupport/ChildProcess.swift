import Foundation

/// A child started with `posix_spawn`: unlike Foundation's `Process` it is over when it is over, whatever its
/// own children hold open, and waiting for it does not spin.
struct ChildProcess: Sendable {
  let id: pid_t

  /// Standard input comes from `input`, /dev/null without one; what it prints goes to the end of `log`.
  init(_ command: [String], input: Int32? = nil, log: String) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    _ = unsafe posix_spawn_file_actions_init(&actions)
    defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
    if let input {
      _ = unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      _ = unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    _ = unsafe posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // This thread may have signals blocked that a shell must see to notice the end of its children.
    var attributes = posix_spawnattr_t()
    _ = unsafe posix_spawnattr_init(&attributes)
    defer { _ = unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    _ = unsafe sigemptyset(&none)
    _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
    _ = unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var id: pid_t = 0
    let error = unsafe posix_spawn(&id, command[0], &actions, &attributes, arguments, environ)
    guard error == 0 else {
      throw TestSupportError("\(command[0]): \(unsafe String(cString: strerror(error)))")
    }
    self.id = id
  }

  /// Whether it is over already; its status is gone then.
  var hasEnded: Bool {
    var status: Int32 = 0
    return unsafe waitpid(id, &status, WNOHANG) != 0
  }

  /// Blocks until it is over; gives its exit status, or 128 and the signal.
  @discardableResult
  func wait() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(id, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
  }
}
