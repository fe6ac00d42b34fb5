import HTTPWire
import NIOCore

extension ResponseHead {
  /// Never passed on to the client: what belongs to the connection, what only we say, and what tells strangers
  /// which software runs here.
  private static let dropped: FieldNameSet = [.hopByHop, FieldNameSet(.xRequestId, .server)]

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
      writer.append("\r\n")
      if let headers, headers.replacesAny {
        writeFields(of: bytes, without: headers, into: &writer)
      } else {
        writer.append(fields, of: bytes, dropping: Self.dropped)
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
    for index in 0..<fields.count {
      let field = fields[index]
      if Self.dropped.contains(field.name) || field.isNominated { continue }
      if headers.replaces(field.nameRange, in: bytes) { continue }
      writer.append(bytes.extracting(fields.line(index)))
    }
  }
}
