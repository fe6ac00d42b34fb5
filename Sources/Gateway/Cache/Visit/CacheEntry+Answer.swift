import HTTPWire
import NIOCore

/// What a stored answer becomes for a request: itself, a part of it, or word that the client has it already.
extension CacheEntry {
  func answer(to request: borrowing RequestHead, in bytes: Span<UInt8>) -> LocalAnswer {
    let isHead = request.method == .head
    if status == 200 {
      if isNotModified(request.fields, in: bytes) { return notModified() }
      if !isHead, let part = part(request.fields, in: bytes) { return part }
    }
    return LocalAnswer(status: status, head: head, body: isHead ? ByteBuffer() : body)
  }

  /// Whether it may be given while the upstream fails. An old error says nothing better than a new one.
  func mayReplaceError(_ circumstances: CacheCircumstances, _ purges: PurgeBoard, now: Int) -> Bool {
    status < 500 && freshness.mayReplaceError(at: now, allowance: circumstances.settings.staleIfErrorSeconds)
      && isCurrent(purges)
  }

  /// RFC 9110, section 13.2.2, for the conditions that a cache evaluates (RFC 9111, section 4.3.2).
  private func isNotModified(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> Bool {
    Self.isNotModified(validators, fields, in: bytes, now: freshness.arrival / 1_000)
  }

  static func isNotModified(
    _ validators: CacheValidators, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, now: Int
  ) -> Bool {
    if fields.contains(.ifNoneMatch) {
      for index in 0..<fields.count where fields[index].name == .ifNoneMatch {
        if validators.isNamed(by: fields[index].valueRange, in: bytes) { return true }
      }
      return false
    }
    guard let value = fields.value(.ifModifiedSince), let modifiedAt = validators.modifiedAt,
      let since = HTTPDate.seconds(value, in: bytes, near: now, .anyCase)
    else { return false }
    return modifiedAt <= since
  }

  private func notModified() -> LocalAnswer { LocalAnswer(status: 304, head: Self.notModified(head)) }

  /// The head of a 304 in the place of this head: without what describes a body (RFC 9110, section 15.4.5).
  static func notModified(_ head: ByteBuffer) -> ByteBuffer {
    rewrite(
      head, status: 304, without: FieldNameSet(.contentLength, .contentType, .contentEncoding, .contentRange))
  }

  /// One range of a GET (RFC 9110, section 14.2). Several, or another unit, are answered whole.
  private func part(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> LocalAnswer? {
    guard let value = fields.value(.range), !fields.isRepeated(.range) else { return nil }
    if let condition = fields.value(.ifRange), !validators.isExactly(condition, in: bytes) { return nil }
    let length = body.readableBytes
    switch ByteRange(value, in: bytes, length: length) {
    case .whole: return nil
    case .unsatisfiable:
      var head = ByteBuffer()
      head.writeStatusLine(416)
      head.writeField("Content-Range", "bytes */\(length)")
      head.writeField("Content-Length", "0")
      return LocalAnswer(status: 416, head: head)
    case .part(let part):
      var head = Self.rewrite(self.head, status: 206, without: FieldNameSet(.contentLength, .contentRange))
      head.writeField("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)")
      head.writeField("Content-Length", String(part.count))
      let body = body.getSlice(at: body.readerIndex + part.lowerBound, length: part.count) ?? ByteBuffer()
      return LocalAnswer(status: 206, head: head, body: body)
    }
  }

  private static func rewrite(_ head: ByteBuffer, status: Int, without dropped: FieldNameSet) -> ByteBuffer {
    let old = head.readableBytesUInt8Span
    var new = ByteBufferAllocator().buffer(capacity: old.count + 96)
    new.writeStatusLine(status)
    var lines = HeadLines(old)
    while let line = lines.next(in: old) {
      if !dropped.contains(FieldName(old, line.name)) { new.writeSpan(old.extracting(line.whole)) }
    }
    return new
  }
}
