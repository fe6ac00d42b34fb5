/// Why a field section is no request.
package enum HTTP2FieldError: Error, Equatable, Sendable {
  /// Not well-formed (RFC 9113, 8.1.1): the stream is reset with PROTOCOL_ERROR.
  case malformed
  /// Well-formed, and refused as the same request over HTTP/1.1 would be.
  case refused(HTTPWireError)
}
