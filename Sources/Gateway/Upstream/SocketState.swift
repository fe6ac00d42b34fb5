import Glibc

/// What the kernel knows of a connection and NIO does not say.
struct SocketState: Sendable {
  private let descriptor: Int32

  /// - Parameter descriptor: of a socket that its owner has open for as long as this is asked.
  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Whether nothing has come that nobody asked for: neither bytes nor the end.
  var isQuiet: Bool {
    var byte: UInt8 = 0
    let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
  }

  /// How many bytes the other side's kernel has taken, since the connection began; nil where that is not known.
  var acknowledgedBytes: Int? {
    var info = [UInt8](repeating: 0, count: Self.infoBytes)
    var length = socklen_t(info.count)
    let result = unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length)
    guard result == 0, Int(length) >= Self.acknowledgedOffset + 8 else { return nil }
    let bytes = info[Self.acknowledgedOffset..<Self.acknowledgedOffset + 8]
    let number = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // The SYN counts as one (RFC 4898, tcpEStatsAppHCThruOctetsAcked, as Linux keeps it).
    return max(0, Int(number) - 1)
  }

  /// Where tcpi_bytes_acked stands in Linux's tcp_info; the C library's own declaration ends before it.
  private static let acknowledgedOffset = 120
  private static let infoBytes = 256
}
