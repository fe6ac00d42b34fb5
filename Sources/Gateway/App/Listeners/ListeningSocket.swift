import Glibc
import NIOCore
import NIOPosix

/// A bound socket that queues connections. Whoever has it closes it, or hands it to a channel, which does.
struct ListeningSocket: Sendable {
  let descriptor: CInt
  /// As it is bound.
  let address: String
  let port: Int

  /// The kernel cuts it to `net.core.somaxconn`.
  private static let backlog: CInt = 4_096

  /// What the kernel takes of an answer that it cannot send yet. By itself it takes megabytes for a client who reads nothing
  /// (its buffer is sized for ten segments on the way, and one of loopback's has 64 KB), and a thousand of them use up
  /// what it has for all connections of the machine. What is on its way comes on top, so that no line is too long for it.
  private static let unsentBytes: CInt = 131_072

  init(adopting descriptor: CInt) throws {
    let bound = try Self.name(of: descriptor)
    // Connections have both from here, without a system call for each.
    try Self.set(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY)
    try Self.set(descriptor, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, to: Self.unsentBytes)
    self.descriptor = descriptor
    address = bound.ipAddress ?? ""
    port = bound.port ?? 0
  }

  /// - Parameter isShared: others may listen on the same address, so that the kernel shares connections out.
  static func bind(address: String, port: Int, isShared: Bool) throws -> ListeningSocket {
    let target = try SocketAddress(ipAddress: address, port: port)
    let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { throw failure("socket") }
    do {
      try set(descriptor, SOL_SOCKET, SO_REUSEADDR)
      if isShared { try set(descriptor, SOL_SOCKET, SO_REUSEPORT) }
      let result = unsafe target.withSockAddr { unsafe Glibc.bind(descriptor, $0, socklen_t($1)) }
      guard result == 0 else { throw failure("bind \(address):\(port)") }
      guard listen(descriptor, backlog) == 0 else {
        throw failure("listen \(address):\(port)")
      }
      return try ListeningSocket(adopting: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  func close() { Glibc.close(descriptor) }

  /// Begins to accept on a loop. The channel owns the descriptor from now on.
  ///
  /// - Parameter box: what there is to know about the listener.
  func accept(
    on loop: NIOLoopBound<GatewayLoop>, _ box: ListenerBox
  ) -> EventLoopFuture<any Channel> {
    ServerBootstrap(group: loop.eventLoop)
      // NIO has just listened with 128; many may come at once, and beyond the bound the system drops them silently, so
      // that they come again after a second.
      .serverChannelInitializer { [descriptor] channel in
        channel.eventLoop.makeCompletedFuture {
          guard listen(descriptor, Self.backlog) == 0 else { throw Self.failure("listen") }
        }
      }
      // Few at a time: between them those who are here already are served.
      .serverChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelInitializer { channel in
        do {
          try Self.setOptions(of: channel)
        } catch {
          return channel.eventLoop.makeFailedFuture(error)
        }
        return ClientEntrance.accept(channel, on: loop.value, box.facts)
      }
      .withBoundSocket(descriptor)
  }

  /// At once and not by the bootstrap, which makes some futures for each option of each connection.
  private static func setOptions(of channel: any Channel) throws {
    guard let options = channel.syncOptions else { return }
    try options.setOption(.allowRemoteHalfClosure, value: true)
    // Each channel keeps one buffer of this size between reads; it grows with what comes.
    try options.setOption(
      .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 1_024, maximum: 65_536))
    // What a client that does not read may hold of its answer.
    try options.setOption(.writeBufferWaterMark, value: .init(low: 16_384, high: 32_768))
  }

  private static func failure(_ what: String) -> IOError { IOError(errnoCode: errno, reason: what) }

  private static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, to value: CInt = 1) throws {
    var value = value
    guard unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
      throw failure("setsockopt")
    }
  }

  private static func name(of descriptor: CInt) throws -> SocketAddress {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    guard result == 0 else { throw failure("getsockname") }
    switch Int32(storage.ss_family) {
    case AF_INET:
      return unsafe withUnsafePointer(to: &storage) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          unsafe SocketAddress($0.pointee)
        }
      }
    case AF_INET6:
      return unsafe withUnsafePointer(to: &storage) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          unsafe SocketAddress($0.pointee)
        }
      }
    default: throw IOError(errnoCode: EAFNOSUPPORT, reason: ("not a TCP socket"))
    }
  }
}
