import HTTPWire
import NIOCore

/// The head of a stored answer: what the upstream sent, without what belongs to one connection, one request or us.
enum EntryHead {
  private static let dropped: FieldNameSet = [
    .hopByHop, FieldNameSet(.xRequestId, .server, .age, .contentLength, .cacheTag, .cachePurgeTags),
  ]
  /// Describes the stored body, which a 304 does not change (RFC 9111, section 3.2).
  private static let describing = FieldNameSet(.contentLength, .contentEncoding, .contentRange)

  /// Without Content-Length, which is known when the body is.
  ///
  /// - Parameters:
  ///   - headers: the route's own fields, which replace the upstream's.
  ///   - withheld: names of fields that are not for a shared cache.
  ///   - date: a Date line, for upstreams that send none.
  static func make(
    _ head: borrowing ResponseHead, of bytes: Span<UInt8>, headers: HeaderSet, withheld: [[UInt8]],
    date: [UInt8]
  ) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: head.length + headers.lines.readableBytes + 96)
    buffer.writeStaticString("HTTP/1.1")
    buffer.writeSpan(bytes.extracting(8..<head.statusLineEnd))
    buffer.writeStaticString(head.lacksSpace ? " \r\n" : "\r\n")
    append(head, of: bytes, dropping: dropped, headers: headers, withheld: withheld, to: &buffer)
    if !head.fields.contains(.date) { buffer.writeBytes(date) }
    buffer.writeImmutableBuffer(headers.lines)
    return buffer
  }

  /// The stored head with the fields of a 304 in the place of its own of the same names.
  static func freshen(
    _ stored: ByteBuffer, by head: borrowing ResponseHead, of bytes: Span<UInt8>, headers: HeaderSet,
    withheld: [[UInt8]], date: [UInt8]
  ) -> ByteBuffer {
    let old = stored.readableBytesUInt8Span
    var buffer = ByteBufferAllocator().buffer(capacity: old.count + head.length)
    var lines = HeadLines(old)
    buffer.writeSpan(old.extracting(0..<lines.start))
    while let line = lines.next(in: old) {
      let name = FieldName(old, line.name)
      if name == .date || !describing.contains(name) && isNamed(old, line.name, head, bytes, headers) {
        continue
      }
      buffer.writeSpan(old.extracting(line.whole))
    }
    append(
      head, of: bytes, dropping: dropped.union(describing), headers: headers, withheld: withheld, to: &buffer)
    if !head.fields.contains(.date) { buffer.writeBytes(date) }
    return buffer
  }

  private static func append(
    _ head: borrowing ResponseHead, of bytes: Span<UInt8>, dropping dropped: FieldNameSet, headers: HeaderSet,
    withheld: [[UInt8]], to buffer: inout ByteBuffer
  ) {
    for index in 0..<head.fields.count {
      let field = head.fields[index]
      if dropped.contains(field.name) || field.isNominated || isAuthentication(field.nameRange, in: bytes) {
        continue
      }
      if headers.replaces(field.nameRange, in: bytes) || isOne(of: withheld, field.nameRange, in: bytes) {
        continue
      }
      buffer.writeSpan(bytes.extracting(head.fields.line(index)))
    }
  }

  /// Belongs to one connection to a proxy (RFC 9111, section 3.1).
  private static func isAuthentication(_ name: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    bytes.equalsIgnoringCase("proxy-authentication-info", at: name)
  }

  private static func isOne(of names: [[UInt8]], _ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard !names.isEmpty else { return false }
    let name = bytes.extracting(range).bytes.map(\.lowercasedASCII)
    return names.contains(name)
  }

  private static func isNamed(
    _ old: Span<UInt8>, _ name: Range<Int>, _ head: borrowing ResponseHead, _ bytes: Span<UInt8>,
    _ headers: HeaderSet
  ) -> Bool {
    if headers.replaces(name, in: old) { return false }
    for index in 0..<head.fields.count {
      let other = head.fields[index].nameRange
      guard other.count == name.count, !head.fields[index].isNominated else { continue }
      var isEqual = true
      for offset in 0..<name.count
      where old[name.lowerBound + offset].lowercasedASCII != bytes[other.lowerBound + offset].lowercasedASCII
      {
        isEqual = false
        break
      }
      if isEqual { return true }
    }
    return false
  }
}
