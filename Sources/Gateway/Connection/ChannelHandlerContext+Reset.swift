import Glibc
import NIOCore

extension ChannelHandlerContext {
  /// The client will see an error instead of an orderly end, and the kernel forgets what he has not taken.
  func resetOnClose() {
    let socket = channel as? any SocketOptionProvider
    _ = socket?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
  }
}
