import Foundation
import Glibc
import Synchronization

/// A server of bytes: blocking sockets and a thread for each connection, so that tests say exactly what is on the wire
/// and when.
final class RawServer: Sendable {
  let port: Int
  private let descriptor: Int32
  private let accepted = Mutex(0)

  /// - Parameters:
  ///   - backlog: how many connections the kernel accepts by itself.
  ///   - serve: what to do with a connection, given its number from 0. It ends when this returns.
  init(
    address: String = "127.0.0.1", port: Int = 0, backlog: Int32 = 128,
    _ serve: (@Sendable (RawClient, Int) throws -> Void)?
  ) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var one: Int32 = 1
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(port).bigEndian
    place.sin_addr.s_addr = unsafe inet_addr(address)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isListening = unsafe withUnsafeMutablePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        guard unsafe bind(descriptor, $0, size) == 0, listen(descriptor, backlog) == 0 else { return false }
        return unsafe getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isListening else { throw RawClient.Timeout() }
    self.port = Int(UInt16(bigEndian: place.sin_port))
    guard let serve else { return }
    Thread.detachNewThread { [self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return }
        let number = accepted.withLock { count in
          defer { count += 1 }
          return count
        }
        Thread.detachNewThread {
          let peer = RawClient(descriptor: connection)
          try? serve(peer, number)
        }
      }
    }
  }

  /// Connections so far.
  var connections: Int { accepted.withLock { $0 } }

  /// Nobody listens here any more.
  func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }
}
