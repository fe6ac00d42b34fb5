import HTTPWire

/// What a request that changes something makes of what is stored (RFC 9111, section 4.4).
extension ResponseCache {
  /// What is stored under the request's target, and under the targets on this host that the answer names, is no longer
  /// right, and neither is what is on its way.
  func invalidate(
    after head: borrowing ResponseHead, in bytes: Span<UInt8>, to request: borrowing RequestHead,
    in requestBytes: Span<UInt8>
  ) {
    var target: [UInt8] = []
    for isSecure in [false, true] {
      guard CacheKey.write(request, in: requestBytes, isSecure: isSecure, into: &target) else { return }
      purges.purge(tag: target.span)
      for name in [FieldName.location, .contentLocation] {
        guard let value = head.fields.value(name),
          let other = CacheReference.resolve(bytes.extracting(value), from: target)
        else { continue }
        purges.purge(tag: other.span)
      }
    }
  }
}
