import Foundation
import NIOCore
import Synchronization

/// One connection of a ``ScriptedUpstream``: cuts requests at the end of their bodies and replies.
final class ScriptedUpstreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let box: ScriptedUpstream.Box
  private let script: @Sendable (Int, String) -> ScriptedUpstream.Reply
  private var text = ""
  private var flood = 0

  init(_ box: ScriptedUpstream.Box, _ script: @escaping @Sendable (Int, String) -> ScriptedUpstream.Reply) {
    self.box = box
    self.script = script
  }

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    box.seen.withLock {
      $0.connections += 1
      $0.channels[ObjectIdentifier(channel)] = channel
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    let id = ObjectIdentifier(context.channel)
    box.seen.withLock {
      $0.ended += 1
      $0.channels[id] = nil
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let bytes = unwrapInboundIn(data)
    if text.hasPrefix("POST /sink") {
      box.seen.withLock { $0.bodyBytes += bytes.readableBytes }
      return
    }
    text += String(buffer: bytes)
    while let request = nextRequest() {
      let number = box.seen.withLock { seen in
        seen.requests.append(request)
        return seen.requests.count - 1
      }
      reply(script(number, request), context)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) { pour(context) }

  private func reply(_ reply: ScriptedUpstream.Reply, _ context: ChannelHandlerContext) {
    switch reply {
    case .bytes(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    case .last(let text):
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
        bound.value.close(promise: nil)
      }
    case .silence: break
    case .pieces(let pieces):
      let channel = context.channel
      Task { for await piece in pieces { try await channel.writeAndFlush(ByteBuffer(string: piece)) } }
    case .faucet(let faucet): faucet.open(context.channel)
    case .flood(let count):
      flood = count
      let head = "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n"
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
      pour(context)
    }
  }

  private func pour(_ context: ChannelHandlerContext) {
    while flood > 0, context.channel.isWritable {
      let count = min(flood, 65_536)
      flood -= count
      box.seen.withLock { $0.floodBytes += count }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(repeating: 0x62, count: count)), promise: nil)
    }
  }

  /// Bytes, not characters: CR LF is one of those.
  private func nextRequest() -> String? {
    guard !text.hasPrefix("POST /sink"), let end = text.range(of: "\r\n\r\n") else { return nil }
    let head = String(text[..<end.upperBound])
    let rest = Array(text[end.upperBound...].utf8)
    let lower = head.lowercased()
    var body = 0
    if let match = lower.firstMatch(of: /content-length: ([0-9]+)/) {
      body = Int(match.1) ?? 0
    } else if lower.contains("transfer-encoding: chunked") {
      guard let last = String(decoding: rest, as: UTF8.self).range(of: "0\r\n") else { return nil }
      let tail = String(decoding: rest, as: UTF8.self)
      guard let close = tail.range(of: "\r\n\r\n", range: tail.index(before: last.upperBound)..<tail.endIndex)
      else {
        return nil
      }
      body = tail[..<close.upperBound].utf8.count
    }
    if head.contains("early") { body = 0 }
    guard rest.count >= body else { return nil }
    text = String(decoding: rest[body...], as: UTF8.self)
    return head + String(decoding: rest[..<body], as: UTF8.self)
  }
}
