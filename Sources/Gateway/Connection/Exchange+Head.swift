import HTTPWire
import NIOCore
import Telemetry

/// What the upstream sees of a request, and what the record keeps of it.
extension Exchange {
  func readIDs(in bytes: Span<UInt8>) {
    let fields = loop.requestHead.fields.value(.xRequestId)
    if let fields, !loop.requestHead.fields.isRepeated(.xRequestId), RequestID.isWellFormed(fields, in: bytes)
    {
      requestID.writeSpan(bytes.extracting(fields))
    } else {
      loop.writeRequestID(into: &requestID)
    }
    trace = nil
    if let value = loop.requestHead.fields.value(.traceparent),
      !loop.requestHead.fields.isRepeated(.traceparent)
    {
      if let sent = TraceContext(header: bytes.extracting(value)) {
        record.parentSpan = sent.span
        trace = loop.child(of: sent)
      }
    }
    keepsTraceState = trace != nil
    if trace == nil, loop.keepsTraces { trace = loop.newTrace() }
  }

  func writeHead(
    of bytes: Span<UInt8>, as client: ClientPeer, _ peer: ClientPeer, bearer: Range<Int>?,
    keeping kept: FieldNameSet = .none
  ) {
    let trace = trace ?? loop.newTrace()
    self.trace = trace
    let facts = ForwardedFacts(
      peer: client, requestID: requestID, trace: trace, keepsTraceState: keepsTraceState,
      bearer: bearer, isSecure: isSecure(bytes, peer), isHTTP2: self.client?.isHTTP2 ?? false,
      target: rewrittenTarget(in: bytes), asksWebSocket: tunnel != nil, kept: kept)
    head = loop.takeBuffer()
    loop.requestHead.writeForwarded(facts, of: bytes, into: &head)
    notePath(of: loop.requestHead.target, in: bytes)
    isRequestSent = !hasBody
  }

  /// What the upstream sees in place of the request's target; nil where it sees the client's own.
  private func rewrittenTarget(in bytes: Span<UInt8>) -> ByteBuffer? {
    guard let template = rule?.configuration.rewrite else { return nil }
    let target = loop.requestHead.target
    originalPath = ByteBuffer()
    originalPath?.writeSpan(bytes.extracting(target.path))
    var rewritten = ByteBuffer()
    template.write(target.path, query: target.query, of: bytes, into: &rewritten)
    return rewritten
  }

  /// The client came over TLS: to us, or to a balancer of ours that says so.
  func isSecure(_ bytes: Span<UInt8>, _ peer: ClientPeer) -> Bool {
    loop.plan.trusted.isSecure(peer: peer.address, loop.requestHead.fields, in: bytes) ?? peer.isSecure
  }

  /// An https resource is asked for over a connection that nothing has secured, as far as we or the balancers before us
  /// know (RFC 9110, 7.4).
  func asksHTTPSInClear(_ bytes: Span<UInt8>, _ peer: ClientPeer) -> Bool {
    let target = loop.requestHead.target
    guard target.isSecure || client?.namesHTTPS == true, !peer.isSecure,
      !peer.listener.configuration.proxyProtocol
    else { return false }
    let trusted = loop.plan.trusted
    return
      !(trusted.isSecure(peer: peer.address, loop.requestHead.fields, in: bytes)
      ?? trusted.trusts(peer.address))
  }

  /// A local answer has no forwarded head: its record is made from the request line.
  func copyRequestLine(of bytes: Span<UInt8>) {
    head = loop.takeBuffer()
    head.writeSpan(bytes.extracting(loop.requestHead.methodRange))
    head.writeStaticString(" ")
    head.writeSpan(bytes.extracting(loop.requestHead.target.path))
    notePath(of: loop.requestHead.target, in: bytes)
  }

  private func notePath(of target: RequestTarget, in bytes: Span<UInt8>) {
    methodLength = loop.requestHead.methodRange.count
    path = methodLength + 1..<methodLength + 1 + target.path.count
  }
}
