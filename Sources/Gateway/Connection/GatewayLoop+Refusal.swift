import NIOCore

extension GatewayLoop {
  /// The answer to what is no request, with its fields: no exchange has had a part in it.
  ///
  /// - Parameters:
  ///   - isHead: the request was HEAD, as far as it could be read.
  ///   - isRecorded: somebody else has made the record.
  func refusal(
    _ error: GatewayError, client: ClientAddress, isHead: Bool, isRecorded: Bool
  ) -> (answer: LocalAnswer, head: ByteBuffer) {
    let now = clock.now
    let answer = ErrorAnswer.render(
      error, path: "", isPage: false, isHead: isHead,
      timestamp: HTTPDate.timestamp(milliseconds: clock.milliseconds(at: now)))
    var requestID = ByteBuffer()
    writeRequestID(into: &requestID)
    var head = takeBuffer()
    head.writeImmutableBuffer(answer.head)
    head.writeBytes(clock.dateLine)
    head.writeStaticString("X-Request-Id: ")
    head.writeImmutableBuffer(requestID)
    head.writeStaticString("\r\n")
    if !isRecorded { recordRefusal(answer, client, requestID, now) }
    return (answer, head)
  }

  private func recordRefusal(
    _ answer: LocalAnswer, _ client: ClientAddress, _ requestID: ByteBuffer, _ now: UInt64
  ) {
    var record = RequestRecord()
    record.status = answer.status
    record.reason = answer.reason
    record.client = client
    record.bytesOut = answer.body.readableBytes
    let nothing = [UInt8]()
    self.record(
      record, method: nothing.span, path: nothing.span, requestID: requestID.readableBytesUInt8Span,
      trace: nil, now: now)
  }
}
