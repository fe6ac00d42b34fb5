import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// A connection as its task sees it.
struct ServedConnection: ServerChildChannelValue {
  let channel: any Channel
  let requests: RequestHandover
  let connection: NIOLoopBound<HTTPConnection>
  let outbox: AnswerOutbox

  /// Sends an answer whole, or as it is written where its length is not known. After it the connection reads on.
  func send(_ answer: Response, to arrived: ArrivedRequest) async {
    if answer.body.contentLength == nil, !arrived.isHead { return await stream(answer, to: arrived) }
    let body = BodyCollector()
    do {
      // What HEAD would get is not even made.
      if !arrived.isHead { try await answer.body.write(body) }
    } catch {
      return channel.close(promise: nil)
    }
    let hasBody = AnswerHead.mayHaveBody(answer.status)
    var bytes = AnswerHead.bytes(
      of: answer, framing: hasBody ? .asItSays : .none, closes: !arrived.keepsAlive,
      room: hasBody ? body.bytes.readableBytes : 0)
    if hasBody { bytes.writeImmutableBuffer(body.bytes) }
    finish(bytes, closes: !arrived.keepsAlive)
  }

  private func stream(_ answer: Response, to arrived: ArrivedRequest) async {
    // A client of HTTP/1.0 knows the end by that of the connection.
    let closes = !arrived.keepsAlive || !arrived.takesChunks
    let body = BodyStream(to: channel, isChunked: arrived.takesChunks)
    do {
      connection.eventLoop.execute { connection.value.isStreaming = true }
      try await channel.writeAndFlush(
        AnswerHead.bytes(of: answer, framing: arrived.takesChunks ? .chunked : .asItSays, closes: closes)
      ).get()
      try await answer.body.write(body)
      guard body.isFinished else { throw ChannelError.eof }
      finish(ByteBuffer(), closes: closes)
    } catch {
      // Cut off, so that nobody takes what there is for the whole.
      channel.close(promise: nil)
    }
  }

  private func finish(_ bytes: ByteBuffer, closes: Bool) {
    outbox.add(AnswerOutbox.Answer(connection: connection, bytes: bytes, closes: closes))
  }
}

/// A body whose length is known, in one buffer.
private final class BodyCollector: ResponseBodyWriter {
  private(set) var bytes = ByteBuffer()

  func write(_ buffer: ByteBuffer) {
    if bytes.readableBytes == 0 { bytes = buffer } else { bytes.writeImmutableBuffer(buffer) }
  }

  func finish(_ trailingHeaders: HTTPFields?) {}
}

/// A body that goes out as it comes; who writes waits until the socket has taken it.
private final class BodyStream: ResponseBodyWriter {
  private let channel: any Channel
  private let isChunked: Bool
  private(set) var isFinished = false

  init(to channel: any Channel, isChunked: Bool) {
    self.channel = channel
    self.isChunked = isChunked
  }

  func write(_ buffer: ByteBuffer) async throws {
    // A chunk without bytes would be the last one (RFC 9112, section 7.1).
    guard buffer.readableBytes > 0 else { return }
    guard isChunked else { return try await channel.writeAndFlush(buffer).get() }
    var chunk = ByteBuffer()
    chunk.reserveCapacity(buffer.readableBytes + 16)
    chunk.writeString(String(buffer.readableBytes, radix: 16))
    chunk.writeString("\r\n")
    chunk.writeImmutableBuffer(buffer)
    chunk.writeString("\r\n")
    try await channel.writeAndFlush(chunk).get()
  }

  func finish(_ trailingHeaders: HTTPFields?) async throws {
    if isChunked { try await channel.writeAndFlush(ByteBuffer(string: "0\r\n\r\n")).get() }
    isFinished = true
  }
}
