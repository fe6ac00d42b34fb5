import Glibc

/// Lines over a blocking socket. Does not own the descriptor.
struct LineStream {
  private let socket: Int32
  private var buffer: [UInt8] = []
  private var position = 0

  private static let maximumLineBytes = 1 << 20

  init(socket: Int32) {
    self.socket = socket
  }

  /// The next line without its CRLF; `nil` when the peer is gone.
  mutating func readLine() -> String? {
    readLineBytes().map { String(decoding: $0, as: UTF8.self) }
  }

  mutating func readLineBytes() -> [UInt8]? {
    var line: [UInt8] = []
    while line.count < Self.maximumLineBytes {
      guard position < buffer.count || refill() else { return nil }
      let end = buffer[position...].firstIndex(of: 10)
      line += buffer[position..<(end ?? buffer.count)]
      position = end.map { $0 + 1 } ?? buffer.count
      if end != nil {
        if line.last == 13 { line.removeLast() }
        return line
      }
    }
    return nil
  }

  /// Writes a line and its CRLF. A peer that is gone is noticed at the next read.
  func write(_ line: String) {
    let bytes = Array("\(line)\r\n".utf8)
    _ = unsafe bytes.withUnsafeBytes {
      unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
  }

  private mutating func refill() -> Bool {
    buffer = [UInt8](repeating: 0, count: 65536)
    position = 0
    var count = -1
    repeat {
      count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
    } while count < 0 && errno == EINTR
    buffer.removeSubrange(max(0, count)...)
    return count > 0
  }
}
