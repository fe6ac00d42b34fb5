/// Commands on their way from many tasks to the event loop, and the bounds on all that are under way. A value
/// under a mutex.
struct CommandInbox {
  enum Admission {
    /// The event loop sleeps: wake it.
    case wake
    case awake
    case refused(RedisError)
  }

  private var arrived: [(slot: ReplySlot, bytes: [UInt8])] = []
  private var isAwake = false
  private var isStopped = false
  private var commands = 0
  private var bytes = 0
  private let maximumCommands: Int
  private let maximumBytes: Int

  init(_ configuration: RedisConfiguration) {
    maximumCommands = configuration.maximumCommands
    maximumBytes = configuration.maximumCommandBytes
  }

  mutating func add(_ slot: ReplySlot, _ command: RedisCommand) -> Admission {
    if isStopped { return .refused(.stopped) }
    guard commands < maximumCommands, bytes + command.bytes.count <= maximumBytes else {
      return .refused(RedisError(.queueFull, .notSent, "\(commands) Redis commands are under way already"))
    }
    commands += 1
    bytes += command.bytes.count
    arrived.append((slot, command.bytes))
    defer { isAwake = true }
    return isAwake ? .awake : .wake
  }

  /// All that arrived; the next to arrive wakes the event loop again.
  mutating func take() -> [(slot: ReplySlot, bytes: [UInt8])] {
    isAwake = false
    defer { arrived = [] }
    return arrived
  }

  /// A command has left the pipeline.
  mutating func release(bytes: Int) {
    commands -= 1
    self.bytes -= bytes
  }

  mutating func stop() {
    isStopped = true
  }
}
