import Glibc

/// The new process's side: takes the listening sockets of the one that serves now.
struct Takeover: Sendable {
  let sockets: [ListeningSocket]
  private let connection: TakeoverSocket

  /// More sockets than any configuration has loops and listeners.
  private static let limit = 4_096

  /// Nil when nobody is there to take over from.
  static func begin(at path: String) throws -> Takeover? {
    guard let connection = try TakeoverSocket.connect(to: path) else { return nil }
    connection.limit(seconds: 5)
    var sockets: [ListeningSocket] = []
    do {
      guard connection.isOfThisUser else { throw TakeoverError("\(path) belongs to another user") }
      try connection.send(TakeoverSocket.take)
      while true {
        let (message, descriptor) = try connection.receive()
        if message == TakeoverSocket.end { break }
        guard message == TakeoverSocket.socket, let descriptor, sockets.count < limit else {
          if let descriptor { Glibc.close(descriptor) }
          throw TakeoverError("\(path) answered \(message)")
        }
        sockets.append(try ListeningSocket(adopting: descriptor))
      }
    } catch {
      for socket in sockets { socket.close() }
      connection.close()
      throw error
    }
    return Takeover(sockets: sockets, connection: connection)
  }

  private init(sockets: [ListeningSocket], connection: TakeoverSocket) {
    self.sockets = sockets
    self.connection = connection
  }

  /// Everything is ready here: the old process stops accepting, and when this returns it has.
  func complete() throws {
    defer { connection.close() }
    try connection.send(TakeoverSocket.ready)
    let (message, _) = try connection.receive()
    guard message == TakeoverSocket.leaving else {
      throw TakeoverError("the old process answered \(message)")
    }
  }

  /// The old process goes on as if nothing had been. The sockets are the listeners' to close.
  func abandon() { connection.close() }
}
