import NIOCore
import Synchronization

/// An answer that a test lets out bit by bit, from whichever thread it is on.
final class Faucet: Sendable {
  private let state = Mutex<(channel: (any Channel)?, waiting: String)>((nil, ""))

  /// Sends as soon as there is somebody to send to.
  func say(_ text: String) {
    let channel = state.withLock { state -> (any Channel)? in
      if state.channel == nil { state.waiting += text }
      return state.channel
    }
    channel?.writeAndFlush(ByteBuffer(string: text), promise: nil)
  }

  func open(_ channel: any Channel) {
    let text = state.withLock { state -> String in
      defer { state = (channel, "") }
      return state.waiting
    }
    channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
  }
}
