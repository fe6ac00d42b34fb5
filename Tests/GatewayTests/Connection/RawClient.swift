import Glibc

/// A client of bytes: blocking sockets, so that tests say exactly what is on the wire.
final class RawClient {
  struct Timeout: Error {}

  let descriptor: Int32
  private var received: [UInt8] = []

  /// The other end of a connection that was accepted.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    var one: Int32 = 1
    _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
  }

  /// - Parameter waits: until the connection is there; otherwise it may never be.
  init(port: Int, waits: Bool = true) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if !waits { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, size)
      }
    }
    guard result == 0 || !waits else { throw Timeout() }
    var one: Int32 = 1
    _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
  }

  /// A port that nobody listens on at the moment.
  static func freePort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = unsafe bind(descriptor, $0, size)
        _ = unsafe getsockname(descriptor, $0, &size)
      }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { Glibc.close(descriptor) }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Sends as much as is taken within `milliseconds`, at most `limit` bytes; how many went.
  func sendAll(upTo limit: Int, milliseconds: Int) -> Int {
    let block = [UInt8](repeating: 0x61, count: 65_536)
    var sent = 0
    while sent < limit {
      var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&ready, 1, Int32(milliseconds)) > 0 else { return sent }
      let count = unsafe block.withUnsafeBytes {
        unsafe Glibc.send(
          descriptor, $0.baseAddress, min($0.count, limit - sent),
          Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      guard count > 0 else { return sent }
      sent += count
    }
    return sent
  }

  /// Whether something has come: bytes, or the end.
  var hasInput: Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return unsafe !received.isEmpty || poll(&ready, 1, 0) > 0
  }

  /// Its end will be a reset.
  func resetOnClose() {
    var now = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
  }

  func receiveBytes(_ count: Int) throws -> [UInt8] {
    while received.count < count { guard try read() else { throw Timeout() } }
    defer { received.removeFirst(count) }
    return Array(received[..<count])
  }

  /// No more will be sent, but answers are still read.
  func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Goes without a word: the other side gets a reset.
  func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    var address = sockaddr()
    address.sa_family = sa_family_t(AF_UNSPEC)
    _ = unsafe connect(descriptor, &address, socklen_t(MemoryLayout<sockaddr>.size))
  }

  func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Everything up to and with `text`, taken out of what has come.
  func receive(through text: String) throws -> String {
    try receive { bytes in
      let wanted = Array(text.utf8)
      guard bytes.count >= wanted.count else { return nil }
      for start in 0...(bytes.count - wanted.count)
      where bytes[start..<start + wanted.count].elementsEqual(wanted) {
        return start + wanted.count
      }
      return nil
    }
  }

  /// One answer with a Content-Length body, or without a body.
  func receiveAnswer(isHead: Bool = false) throws -> String {
    let head = try receive(through: "\r\n\r\n")
    let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
    guard length > 0, !isHead else { return head }
    return head + (try receive { $0.count >= length ? length : nil })
  }

  /// All that comes until the other side ends the connection.
  func receiveUntilEnd() throws -> String {
    while try read() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// How many bytes come within `milliseconds` of silence; they are dropped.
  func drop(limit: Int) throws -> Int {
    var count = received.count
    while count < limit {
      received = []
      guard try read() else { return count }
      count += received.count
    }
    received = []
    return count
  }

  private func receive(_ length: ([UInt8]) -> Int?) throws -> String {
    while true {
      if let length = length(received) {
        defer { received.removeFirst(length) }
        return String(decoding: received[..<length], as: UTF8.self)
      }
      guard try read() else { throw Timeout() }
    }
  }

  /// What comes next; nil at the end.
  func receiveSome() throws -> [UInt8]? {
    while received.isEmpty { guard try read() else { return nil } }
    defer { received = [] }
    return received
  }

  /// False at the end.
  private func read() throws -> Bool {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&ready, 1, 10_000) > 0 else { throw Timeout() }
    var block = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe block.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return false }
    received += block[..<count]
    return true
  }
}
