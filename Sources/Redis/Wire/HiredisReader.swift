private import CHiredis

/// Owns a redisReader: bytes in, replies out (redisReaderFeed, redisReaderGetReply). Not for two threads at once.
///
/// Bounded: hiredis refuses more than 7 levels of arrays, `HiredisReplies` refuses an array of more elements than
/// `maximumElements`, and `feed` a reply of more bytes than `maximumReplyBytes`.
@safe final class HiredisReader {
  private let reader: UnsafeMutablePointer<redisReader>
  private let maximumReplyBytes: Int
  /// Bytes that came since the last whole reply.
  private var pendingBytes = 0

  init(maximumReplyBytes: Int) {
    guard let reader = unsafe redisReaderCreateWithFunctions(HiredisReplies.functions) else {
      preconditionFailure("redisReaderCreate: out of memory")
    }
    unsafe self.reader = reader
    self.maximumReplyBytes = maximumReplyBytes
  }

  deinit {
    unsafe redisReaderFree(reader)
  }

  /// Takes bytes as they came from the socket.
  func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
    pendingBytes += bytes.count
    guard pendingBytes <= maximumReplyBytes else {
      throw RedisError(.protocolViolation, .unknown, "a Redis reply longer than \(maximumReplyBytes) bytes")
    }
    guard let start = bytes.baseAddress else { return }
    let result = unsafe redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count)
    guard result == REDIS_OK else { throw failure() }
  }

  /// The next whole reply, or nil until more bytes come. After an error the reader is good for nothing.
  func next() throws(RedisError) -> RESPValue? {
    var reply: UnsafeMutableRawPointer?
    guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else { throw failure() }
    guard let reply = unsafe reply else { return nil }
    defer { unsafe freeReplyObject(reply) }
    unsafe pendingBytes = reader.pointee.len - reader.pointee.pos
    return unsafe HiredisReplies.value(reply.assumingMemoryBound(to: redisReply.self))
  }

  private func failure() -> RedisError {
    // errstr is an array of characters inside the struct, which Swift sees as a tuple.
    let message = unsafe withUnsafeBytes(of: reader.pointee.errstr) { text in
      unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    return RedisError(.protocolViolation, .unknown, "hiredis: \(message)")
  }
}
