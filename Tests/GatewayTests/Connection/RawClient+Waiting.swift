import Glibc

extension RawClient {
  /// Whether something comes, or the end, within `milliseconds`; it is left where it is.
  func hasInput(within milliseconds: Int32) -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&ready, 1, milliseconds) > 0
  }

  /// Sends as much of `bytes` as is taken while no `milliseconds` pass without any; how many went.
  func sendAll(of bytes: [UInt8], milliseconds: Int32) -> Int {
    var sent = 0
    while sent < bytes.count {
      var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&ready, 1, milliseconds) > 0 else { return sent }
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      guard count > 0 else { return sent }
      sent += count
    }
    return sent
  }

  /// Whether the other side ends the connection within `milliseconds`, whatever has come before.
  func isEnded(within milliseconds: Int32) -> Bool {
    // POLLRDHUP, which has no name here.
    var ready = pollfd(fd: descriptor, events: 0x2000, revents: 0)
    return unsafe poll(&ready, 1, milliseconds) > 0
  }

  /// Reads to the end; whether it is a reset.
  func endsWithReset() throws -> Bool {
    var block = [UInt8](repeating: 0, count: 65_536)
    while hasInput(within: 10_000) {
      let count = unsafe block.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count == 0 { return false }
      if count < 0 { return errno == ECONNRESET }
    }
    throw Timeout()
  }
}
