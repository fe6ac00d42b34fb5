import HTTPWire
import NIOCore
import Telemetry

/// What a forwarded head says beyond what the client said.
struct ForwardedFacts {
  let peer: ClientPeer
  let requestID: ByteBuffer
  let trace: TraceContext
  /// The client's traceparent was well-formed, so its tracestate goes on with it.
  let keepsTraceState: Bool
  /// The token that came in a cookie; upstream sees it as Authorization.
  var bearer: Range<Int>?
  /// Whether the client's own connection was encrypted.
  let isSecure: Bool
  /// Whether the client speaks HTTP/2.
  let isHTTP2: Bool
  /// Path and query that the route puts in place of the client's.
  var target: ByteBuffer?
  /// The client may and does ask for a WebSocket.
  let asksWebSocket: Bool
  /// Fields that stay here: the cache answers to them.
  var kept = FieldNameSet.none
}

extension RequestHead {
  /// Never forwarded: what belongs to the connection, what says who the client is (only we may say so), and
  /// what is written anew.
  private static let dropped: FieldNameSet = [
    .hopByHop, .identity, FieldNameSet(.expect, .xRequestId, .traceparent, .via),
  ]
  private static let droppedWithState = dropped.union(FieldNameSet(.tracestate))

  /// Writes the head for upstream into `buffer`: the client's bytes with a few edits.
  ///
  /// - Parameter bytes: what this head was read from.
  borrowing func writeForwarded(
    _ facts: borrowing ForwardedFacts, of bytes: Span<UInt8>, into buffer: inout ByteBuffer
  ) {
    let host = host ?? target.authority
    var dropped = (facts.keepsTraceState ? Self.dropped : Self.droppedWithState).union(facts.kept)
    if fields.isContentLengthPadded { dropped.formUnion(FieldNameSet(.contentLength)) }
    if maxForwards != nil { dropped.formUnion(FieldNameSet(.maxForwards)) }
    let bound =
      length + 640 + 3 * (host?.count ?? 0) + facts.peer.forwarded.count
      + (facts.target?.readableBytes ?? 0)
      + (facts.bearer.map { $0.count + 32 } ?? 0)
    unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { memory in
      var writer = unsafe ByteWriter(memory)
      if let target = facts.target {
        writer.append(bytes.extracting(methodRange))
        writer.append(" ")
        writer.append(target.readableBytesUInt8Span)
        writer.append(" HTTP/1.1\r\n")
      } else {
        writer.appendRequestLine(self, of: bytes)
      }
      writer.append(fields, of: bytes, dropping: dropped)
      if fields.isChunked { writer.append("Transfer-Encoding: chunked\r\n") }
      if fields.isContentLengthPadded, let length = fields.contentLength {
        writer.append("Content-Length: ")
        writer.append(decimal: length)
        writer.append("\r\n")
      }
      if expectsContinue { writer.append("Expect: 100-continue\r\n") }
      if let maxForwards {
        writer.append("Max-Forwards: ")
        writer.append(decimal: max(0, maxForwards - 1))
        writer.append("\r\n")
      }
      if facts.asksWebSocket { writer.append("Connection: Upgrade\r\nUpgrade: websocket\r\n") }
      writeVia(facts, of: bytes, into: &writer)
      writeOrigin(facts, host, of: bytes, into: &writer)
      if let bearer = facts.bearer {
        writer.append("Authorization: Bearer ")
        writer.append(bytes.extracting(bearer))
        writer.append("\r\n")
      }
      writer.append("X-Request-Id: ")
      writer.append(facts.requestID.readableBytesUInt8Span)
      writer.append("\r\ntraceparent: ")
      writer.append(trace: facts.trace)
      writer.append("\r\n\r\n")
      return writer.count
    }
  }

  /// Our place in the chain (RFC 9110, 7.6.3), after those before us.
  private borrowing func writeVia(
    _ facts: borrowing ForwardedFacts, of bytes: Span<UInt8>, into writer: inout ByteWriter
  ) {
    if fields.contains(.via) {
      for index in 0..<fields.count where fields[index].name == .via && !fields[index].isNominated {
        writer.append("Via: ")
        writer.append(bytes.extracting(fields[index].valueRange))
        writer.append("\r\n")
      }
    }
    if facts.isHTTP2 { return writer.append("Via: 2.0 daybook\r\n") }
    writer.append(minorVersion == 1 ? "Via: 1.1 daybook\r\n" : "Via: 1.0 daybook\r\n")
  }

  /// Who asks, for which host, how (RFC 7239 and its forerunners).
  private borrowing func writeOrigin(
    _ facts: borrowing ForwardedFacts, _ host: Range<Int>?, of bytes: Span<UInt8>,
    into writer: inout ByteWriter
  ) {
    writer.append(facts.peer.forwardedFor)
    writer.append(facts.isSecure ? "X-Forwarded-Proto: https\r\n" : "X-Forwarded-Proto: http\r\n")
    if let host {
      writer.append("X-Forwarded-Host: ")
      writer.append(bytes.extracting(host))
      writer.append("\r\n")
    }
    writer.append(facts.peer.forwarded)
    if let host {
      writer.append(";host=\"")
      writer.append(bytes.extracting(host))
      writer.append("\"")
    }
    writer.append(facts.isSecure ? ";proto=https\r\n" : ";proto=http\r\n")
    // HTTP/1.0 may come without a Host; what reaches upstream is 1.1 and must have one, which is never empty
    // (RFC 9110, 4.2.1).
    if self.host == nil {
      writer.append("Host: ")
      if let authority = target.authority {
        writer.append(bytes.extracting(authority))
      } else {
        writer.append("localhost")
      }
      writer.append("\r\n")
    }
  }
}

extension ByteWriter {
  /// Writes the value of a traceparent field, version 00.
  fileprivate mutating func append(trace: TraceContext) {
    append("00-")
    append(hex: trace.traceHigh)
    append(hex: trace.traceLow)
    append("-")
    append(hex: trace.span)
    append(trace.isSampled ? "-01" : "-00")
  }
}
