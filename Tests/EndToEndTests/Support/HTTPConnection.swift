import Foundation

/// A connection to 127.0.0.1 that says exactly what it is told to, well-formed or not. Blocks; for one thread.
final class HTTPConnection {
  private let descriptor: Int32
  private var unread: [UInt8] = []

  /// - Parameter timeout: seconds that a read may wait for a byte.
  init(port: Int, timeout: Int = 20) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw EndToEndError("nobody listens on port \(port)") }
  }

  deinit { close(descriptor) }

  // MARK: Whole exchanges

  func send(
    _ method: String, _ path: String, body: String? = nil, fields: [(String, String)] = []
  ) throws -> HTTPAnswer {
    try write(Self.head(method, path, length: body?.utf8.count, fields: fields) + (body ?? ""))
    return try readAnswer(toHead: method == "HEAD")
  }

  /// A head that any server takes.
  static func head(
    _ method: String, _ path: String, length: Int? = nil, fields: [(String, String)] = []
  ) -> String {
    var lines = ["\(method) \(path) HTTP/1.1", "Host: daybook.test"]
    if let length { lines += ["Content-Type: application/json", "Content-Length: \(length)"] }
    lines += fields.map { "\($0.0): \($0.1)" }
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }

  // MARK: Writing

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Foundation.send(descriptor, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw EndToEndError("the peer has closed the connection") }
      done += count
    }
  }

  /// Says that no more will come.
  func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  // MARK: Reading

  /// The next final answer.
  func readAnswer(toHead: Bool = false) throws -> HTTPAnswer {
    var answer = try readHead()
    while answer.status < 200 { answer = try readHead() }
    if toHead || answer.status == 204 || answer.status == 304 { return answer }
    if answer["transfer-encoding"]?.lowercased() == "chunked" {
      answer.body = try readChunks()
    } else if let length = answer["content-length"] {
      guard let length = Int(length) else { throw EndToEndError("Content-Length: \(length)") }
      answer.body = try take(length)
    } else {
      answer.body = try readToEnd()
    }
    return answer
  }

  /// A head of any status, without the body that follows.
  func readHead() throws -> HTTPAnswer {
    try HTTPAnswer(head: String(decoding: try take(through: "\r\n\r\n").dropLast(4), as: UTF8.self))
  }

  /// Everything up to and with `mark`.
  func take(through mark: String) throws -> [UInt8] {
    let mark = Array(mark.utf8)
    var from = 0
    while true {
      if let range = unread[from...].firstRange(of: mark) { return try take(range.upperBound) }
      from = max(0, unread.count - mark.count)
      guard try readMore() else { throw EndToEndError("the connection ended early") }
    }
  }

  /// All until the peer closes.
  func readToEnd() throws -> [UInt8] {
    while try readMore() {}
    return try take(unread.count)
  }

  private func readChunks() throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = String(decoding: try take(through: "\r\n").dropLast(2), as: UTF8.self)
      guard let size = Int(line, radix: 16) else { throw EndToEndError("this is no chunk size: \(line)") }
      body += try take(size)
      guard try take(2) == [13, 10] else { throw EndToEndError("a chunk does not end where it should") }
      if size == 0 { return body }
    }
  }

  private func take(_ count: Int) throws -> [UInt8] {
    while unread.count < count {
      guard try readMore() else { throw EndToEndError("the connection ended early") }
    }
    defer { unread.removeFirst(count) }
    return Array(unread.prefix(count))
  }

  /// False at the end of the connection; a reset is one too.
  private func readMore() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { throw EndToEndError("no byte came in time") }
      guard count > 0 else { return false }
      unread += chunk.prefix(count)
      return true
    }
  }
}
