import HTTPWire
import NIOCore

extension ResponseHead {
  /// Never passed on to the client: what belongs to the connection, what only we say, and what tells strangers
  /// which software runs here.
  private static let dropped: FieldNameSet = [
    .hopByHop, FieldNameSet(.xRequestId, .server, .cacheTag, .cachePurgeTags),
  ]

  /// What is dropped from this one: also a length that would promise a body where none can be (RFC 9110, 8.6), or that
  /// is written in a way of its own.
  private var droppedHere: FieldNameSet {
    status < 200 || status == 204 || fields.isContentLengthPadded
      ? Self.dropped.union(FieldNameSet(.contentLength)) : Self.dropped
  }

  /// Writes an interim head for the client, whole.
  borrowing func writeInterim(of bytes: Span<UInt8>, into buffer: inout ByteBuffer) {
    unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length + 32) { memory in
      var writer = unsafe ByteWriter(memory)
      writer.append("HTTP/1.1")
      writer.append(bytes.extracting(8..<statusLineEnd))
      writer.append(lacksSpace ? " \r\n" : "\r\n")
      writer.append(fields, of: bytes, dropping: droppedHere)
      writer.append("\r\n")
      return writer.count
    }
  }

  /// Writes status line and fields for the client into `buffer`, without the empty line.
  ///
  /// - Parameters:
  ///   - bytes: what this head was read from.
  ///   - headers: the route's own fields, which replace the upstream's of the same name.
  ///   - date: a Date line, for upstreams that send none (RFC 9110, 6.6.1).
  borrowing func writeAnswer(
    of bytes: Span<UInt8>, requestID: borrowing ByteBuffer, headers: HeaderSet?, date: [UInt8],
    into buffer: inout ByteBuffer
  ) {
    let bound = length + 256
    unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { memory in
      var writer = unsafe ByteWriter(memory)
      writer.append("HTTP/1.1")
      writer.append(bytes.extracting(8..<statusLineEnd))
      writer.append(lacksSpace ? " \r\n" : "\r\n")
      if let headers, headers.replacesAny {
        writeFields(of: bytes, without: headers, into: &writer)
      } else {
        writer.append(fields, of: bytes, dropping: droppedHere)
      }
      if fields.isContentLengthPadded, status != 204, let length = fields.contentLength {
        writer.append("Content-Length: ")
        writer.append(decimal: length)
        writer.append("\r\n")
      }
      if !fields.contains(.date) { writer.append(date) }
      writer.append("X-Request-Id: ")
      writer.append(requestID.readableBytesUInt8Span)
      writer.append("\r\n")
      return writer.count
    }
    if let headers { buffer.writeImmutableBuffer(headers.lines) }
  }

  private borrowing func writeFields(
    of bytes: Span<UInt8>, without headers: HeaderSet, into writer: inout ByteWriter
  ) {
    let dropped = droppedHere
    for index in 0..<fields.count {
      let field = fields[index]
      if dropped.contains(field.name) || field.isNominated { continue }
      if headers.replaces(field.nameRange, in: bytes) { continue }
      writer.append(bytes.extracting(fields.line(index)))
    }
  }
}
