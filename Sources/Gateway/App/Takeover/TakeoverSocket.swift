import Glibc

/// A Unix socket of whole messages, over which processes of one user hand listening sockets to each other:
///
///     new: take 1                 old: socket (with a descriptor), as often as there are, then: end
///     new: ready                  old: leaving
///
/// Blocking, with time limits; never used on an event loop.
struct TakeoverSocket: Sendable {
  let descriptor: CInt

  static let take = "take 1"
  static let socket = "socket"
  static let end = "end"
  static let ready = "ready"
  static let leaving = "leaving"

  private static let kind = CInt(SOCK_SEQPACKET.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
  private static let messageLimit = 64

  /// Connects to who listens at `path`; nil when nobody does.
  static func connect(to path: String) throws -> TakeoverSocket? {
    let descriptor = Glibc.socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw TakeoverError("socket: \(reason())") }
    guard unsafe address(path, { unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else {
      let error = errno
      let text = reason()
      Glibc.close(descriptor)
      if error == ENOENT || error == ECONNREFUSED { return nil }
      throw TakeoverError("\(path): \(text)")
    }
    return TakeoverSocket(descriptor: descriptor)
  }

  /// Listens at `path`, in the place of who listened there before: the name goes over in one step.
  static func listen(at path: String) throws -> TakeoverSocket {
    let descriptor = Glibc.socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw TakeoverError("socket: \(reason())") }
    let name = "\(path).\(getpid())"
    unsafe unlink(name)
    let mask = umask(0o177)
    let bound = unsafe address(name) { unsafe Glibc.bind(descriptor, $0, $1) }
    umask(mask)
    guard bound == 0, Glibc.listen(descriptor, 4) == 0, unsafe rename(name, path) == 0 else {
      let text = reason()
      unsafe unlink(name)
      Glibc.close(descriptor)
      throw TakeoverError("\(path): \(text)")
    }
    return TakeoverSocket(descriptor: descriptor)
  }

  func accept() -> TakeoverSocket? {
    let other = Glibc.accept(descriptor, nil, nil)
    guard other >= 0 else { return nil }
    _ = fcntl(other, F_SETFD, FD_CLOEXEC)
    return TakeoverSocket(descriptor: other)
  }

  func close() { Glibc.close(descriptor) }

  /// How long a message may be waited for.
  func limit(seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }

  /// Whether the other side runs as the same user, or as root.
  var isOfThisUser: Bool {
    // struct ucred: process, user and group.
    var other: (CInt, UInt32, UInt32) = (0, .max, .max)
    var size = socklen_t(12)
    guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0 else { return false }
    return other.1 == geteuid() || other.1 == 0
  }

  /// - Parameter passing: a descriptor that goes with it.
  func send(_ message: String, passing: CInt? = nil) throws {
    var bytes = Array(message.utf8)
    var control = ControlMessage()
    if let passing { control.put(passing) }
    let sent = unsafe bytes.withUnsafeMutableBytes { body in
      unsafe control.withBytes(isUsed: passing != nil) { control in
        var part = unsafe iovec(iov_base: body.baseAddress, iov_len: body.count)
        return unsafe withUnsafeMutablePointer(to: &part) { part in
          var header = unsafe msghdr()
          unsafe header.msg_iov = part
          unsafe header.msg_iovlen = 1
          unsafe header.msg_control = control.baseAddress
          unsafe header.msg_controllen = control.count
          return unsafe sendmsg(descriptor, &header, CInt(MSG_NOSIGNAL))
        }
      }
    }
    guard sent == bytes.count else { throw TakeoverError("sending \(message): \(Self.reason())") }
  }

  /// The next message and the descriptor that came with it, which is the caller's then.
  func receive() throws -> (message: String, descriptor: CInt?) {
    var bytes = [UInt8](repeating: 0, count: Self.messageLimit)
    var control = ControlMessage()
    let (count, length) = unsafe bytes.withUnsafeMutableBytes { body in
      unsafe control.withBytes(isUsed: true) { control in
        var part = unsafe iovec(iov_base: body.baseAddress, iov_len: body.count)
        return unsafe withUnsafeMutablePointer(to: &part) { part in
          var header = unsafe msghdr()
          unsafe header.msg_iov = part
          unsafe header.msg_iovlen = 1
          unsafe header.msg_control = control.baseAddress
          unsafe header.msg_controllen = control.count
          let count = unsafe recvmsg(descriptor, &header, CInt(MSG_CMSG_CLOEXEC))
          return unsafe (count, header.msg_controllen)
        }
      }
    }
    guard count > 0 else {
      throw TakeoverError(count == 0 ? "the other process went" : "receiving: \(Self.reason())")
    }
    return (String(decoding: bytes[..<count], as: UTF8.self), length > 0 ? control.descriptor : nil)
  }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }

  private static func address(
    _ path: String, _ use: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8.prefix(107))
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe use($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// The control part of a message with one descriptor (cmsg(3), whose macros Swift does not see): a length, level and
/// type, then the descriptor, padded to words.
private struct ControlMessage {
  private var words: (Int, CInt, CInt, CInt, CInt) = (0, 0, 0, 0, 0)
  /// CMSG_LEN(4).
  private static let length = 20

  mutating func put(_ descriptor: CInt) {
    words = (Self.length, SOL_SOCKET, CInt(SCM_RIGHTS), descriptor, 0)
  }

  var descriptor: CInt? {
    words.0 == Self.length && words.1 == SOL_SOCKET && words.2 == CInt(SCM_RIGHTS) ? words.3 : nil
  }

  mutating func withBytes<Result>(isUsed: Bool, _ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
    unsafe withUnsafeMutableBytes(of: &words) { bytes in
      unsafe body(isUsed ? bytes : UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
  }
}
