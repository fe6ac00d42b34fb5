internal import Glibc
internal import Synchronization

/// One kept-alive connection to a collector, with blocking calls that end in time: it belongs to the exporter's thread.
final class CollectorConnection: Sendable {
  private let configuration: TracingConfiguration
  /// The socket; -1 when there is none.
  private let descriptor = Atomic<Int32>(-1)
  /// An answer that is longer is not read on.
  private static let answerLimit = 65_536

  init(_ configuration: TracingConfiguration) {
    self.configuration = configuration
  }

  deinit { close() }

  func close() {
    let old = descriptor.exchange(-1, ordering: .relaxed)
    if old >= 0 { _ = Glibc.close(old) }
  }

  /// Whether the collector took it. A connection that was kept may have been closed meanwhile, so a second one is tried.
  func post(_ body: [UInt8]) -> Bool {
    let wasOpen = descriptor.load(ordering: .relaxed) >= 0
    if let status = exchange(body) { return (200..<300).contains(status) }
    guard wasOpen, let status = exchange(body) else { return false }
    return (200..<300).contains(status)
  }

  /// The status of the answer; nil when there was none, and then the connection is gone.
  private func exchange(_ body: [UInt8]) -> Int? {
    guard descriptor.load(ordering: .relaxed) >= 0 || open() else { return nil }
    let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
    let head =
      "POST \(configuration.path) HTTP/1.1\r\nHost: \(host):\(configuration.port)\r\n"
      + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    guard send(Array(head.utf8)), send(body), let answer = receiveHead() else {
      close()
      return nil
    }
    if !answer.keepsAlive { close() }
    return answer.status
  }

  private func open() -> Bool {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>? = nil
    guard unsafe getaddrinfo(configuration.host, String(configuration.port), &hints, &found) == 0 else {
      return false
    }
    defer { unsafe freeaddrinfo(found) }
    var address = unsafe found
    while let candidate = unsafe address {
      let socket = unsafe Glibc.socket(
        candidate.pointee.ai_family, candidate.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
      if socket >= 0 {
        limitTime(of: socket)
        if unsafe connect(socket, candidate.pointee.ai_addr, candidate.pointee.ai_addrlen) == 0 {
          descriptor.store(socket, ordering: .relaxed)
          return true
        }
        _ = Glibc.close(socket)
      }
      unsafe address = candidate.pointee.ai_next
    }
    return false
  }

  /// Holds for connecting too.
  private func limitTime(of socket: Int32) {
    let milliseconds = configuration.timeoutMilliseconds
    var time = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    _ = unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    _ = unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, size)
  }

  private func send(_ bytes: [UInt8]) -> Bool {
    let socket = descriptor.load(ordering: .relaxed)
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(socket, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Reads one answer to its end. One without a length ends the connection.
  private func receiveHead() -> (status: Int, keepsAlive: Bool)? {
    let socket = descriptor.load(ordering: .relaxed)
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4_096)
    while bytes.count < Self.answerLimit {
      if let end = Self.endOfHead(bytes) {
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        let length = Self.length(lines, status)
        if length == nil || bytes.count - end > length ?? 0 { return (status, false) }
        if bytes.count - end == length { return (status, words[0] == "HTTP/1.1") }
      }
      let count = unsafe piece.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return nil }
      bytes += piece[..<count]
    }
    return nil
  }

  private static func endOfHead(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    for start in 0...bytes.count - 4
    where bytes[start] == 13 && bytes[start + 1] == 10 && bytes[start + 2] == 13 && bytes[start + 3] == 10 {
      return start + 4
    }
    return nil
  }

  private static func length(_ lines: [Substring], _ status: Int) -> Int? {
    if status == 204 { return 0 }
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == "content-length" {
        return Int(parts[1].filter { $0 != " " })
      }
    }
    return nil
  }
}
