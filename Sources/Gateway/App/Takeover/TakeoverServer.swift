import Dispatch
import Glibc
import Logging
import Synchronization

/// The serving process's side: hands its listening sockets to a new process, and leaves when that one is ready.
final class TakeoverServer: Sendable {
  private let path: String
  private let socket: TakeoverSocket
  private let source: Mutex<any DispatchSourceRead>
  private let inode: UInt

  /// How long a new process may take to become ready.
  private static let patienceSeconds = 60

  /// - Parameters:
  ///   - listeners: they stop when a new process is ready.
  ///   - onLeave: a new process has taken over.
  init(
    at path: String, logger: Logger, listeners: ListenerSet, onLeave: @escaping @Sendable () -> Void
  ) throws {
    let socket = try TakeoverSocket.listen(at: path)
    self.path = path
    self.socket = socket
    inode = Self.inode(of: path)
    // One after the other: a second new process waits for the first.
    let queue = DispatchQueue(label: "takeover")
    let source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: queue)
    source.setEventHandler {
      guard let connection = socket.accept() else { return }
      defer { connection.close() }
      do {
        try Self.serve(connection, listeners)
        logger.info("a new process has taken over")
        onLeave()
      } catch {
        logger.warning("a take-over came to nothing", metadata: ["error": "\(error)"])
      }
    }
    source.setCancelHandler { socket.close() }
    source.resume()
    self.source = Mutex(source)
  }

  /// No take-over any more. The name stays when another process has it by now.
  func stop() {
    if Self.inode(of: path) == inode { unsafe unlink(path) }
    source.withLock { $0.cancel() }
  }

  private static func serve(_ connection: TakeoverSocket, _ listeners: ListenerSet) throws {
    connection.limit(seconds: 5)
    guard connection.isOfThisUser else { throw TakeoverError("it runs as another user") }
    guard try connection.receive().message == TakeoverSocket.take else {
      throw TakeoverError("not understood")
    }
    for socket in listeners.published.sockets {
      try connection.send(TakeoverSocket.socket, passing: socket.descriptor)
    }
    try connection.send(TakeoverSocket.end)
    connection.limit(seconds: patienceSeconds)
    guard try connection.receive().message == TakeoverSocket.ready else {
      throw TakeoverError("not understood")
    }
    // One process accepts at a time; what comes in between waits in the sockets, which stay open over there.
    let stopped = DispatchSemaphore(value: 0)
    Task {
      await listeners.close()
      stopped.signal()
    }
    stopped.wait()
    try? connection.send(TakeoverSocket.leaving)
  }

  private static func inode(of path: String) -> UInt {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 ? UInt(facts.st_ino) : 0
  }
}
