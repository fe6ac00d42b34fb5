import Glibc

/// A TCP socket that listens on 127.0.0.1, on a port that the system chooses. Thread-safe.
final class LoopbackListener: Sendable {
  struct Failed: Error {
    let call: String
    let code: Int32
  }

  let port: UInt16
  private let socket: Int32

  init() throws {
    let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw Failed(call: "socket", code: errno) }
    socket = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe Self.withSocketAddress(&address) { unsafe bind(listener, $0, length) }
    let isListening = isBound == 0 ? listen(listener, 64) : -1
    _ = unsafe Self.withSocketAddress(&address) { unsafe getsockname(listener, $0, &length) }
    port = UInt16(bigEndian: address.sin_port)
    guard isListening == 0 else { throw Failed(call: "bind", code: errno) }
  }

  deinit { close(socket) }

  /// The next connection; `nil` once ``stop()`` has been called.
  func accept() -> Int32? {
    while true {
      let connection = Glibc.accept(socket, nil, nil)
      if connection >= 0 { return connection }
      guard errno == EINTR || errno == ECONNABORTED else { return nil }
    }
  }

  /// Wakes ``accept()``. The descriptor stays taken until the last user is gone, so that no other socket
  /// can get its number meanwhile.
  func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

  private static func withSocketAddress<Value>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Value
  ) -> Value {
    unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
    }
  }
}
