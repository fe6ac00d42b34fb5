/// A header name that the gateway acts on, recognised while it is read, so that nobody scans the head again.
package enum FieldName: UInt8, CaseIterable, Sendable {
  case other
  // Framing and the connection itself.
  case connection, contentLength, transferEncoding, te, trailer, upgrade, keepAlive, proxyConnection
  case proxyAuthenticate, proxyAuthorization, http2Settings, expect, maxForwards
  // Who asks, for whom, from where.
  case host, authorization, cookie, setCookie, origin, referer, secFetchSite, userAgent, apiVersion
  case forwarded, via, xForwardedFor, xForwardedHost, xForwardedProto, xForwardedOther, xRealIP, identity
  case xRequestId, traceparent, tracestate
  // Conditions, ranges, negotiation.
  case ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, ifRange, range
  case accept, acceptEncoding
  // What a response says of itself.
  case age, allow, cacheControl, cdnCacheControl, contentEncoding, contentLocation, contentRange, contentType
  case date, etag, expires, lastModified, location, pragma, retryAfter, server, vary
  // What an upstream tells the gateway of stored answers.
  case cacheTag, cachePurgeTags

  /// Belongs to one connection and is never forwarded (RFC 9110, 7.6.1).
  package var isHopByHop: Bool {
    switch self {
    case .connection, .transferEncoding, .te, .trailer, .upgrade, .keepAlive, .proxyConnection,
      .proxyAuthenticate, .proxyAuthorization, .http2Settings:
      true
    default: false
    }
  }

  /// Says who the caller is or where he comes from: only we may say it to upstream, so a client's own is
  /// dropped.
  package var isIdentity: Bool {
    switch self {
    case .forwarded, .xForwardedFor, .xForwardedHost, .xForwardedProto, .xForwardedOther, .xRealIP, .identity:
      true
    default: false
    }
  }

  /// May stand in a trailer section: nothing that frames, routes, authenticates, conditions or describes the
  /// message may (RFC 9110, 6.5.1).
  package var isAllowedInTrailer: Bool {
    switch self {
    case .other, .etag: true
    default: false
    }
  }

  /// Recognises a name of token bytes. A name that would be one of these with hyphens for its underscores counts as
  /// an identity field: some frameworks read the two as one, so that `Content_Length` must not get past us.
  @inline(__always)
  package init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let name = Self.recognised(bytes, range)
    self = name == .other && Self.isDisguised(bytes, range) ? .identity : name
  }

  /// Whether a field may be called so: a token (RFC 9110, section 5.1).
  package static func isPossible(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where !ByteSet.token.contains(bytes[index]) { return false }
    return !range.isEmpty
  }

  private static func isDisguised(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count <= longest else { return false }
    var hasUnderscore = false
    for index in range where bytes[index] == UInt8(ascii: "_") { hasUnderscore = true }
    return hasUnderscore && recognisedWithHyphens(bytes, range) != .other
  }

  /// No recognised name is longer.
  private static let longest = 24

  private static func recognisedWithHyphens(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName {
    var folded = InlineArray<24, UInt8>(repeating: 0)
    for offset in 0..<range.count {
      let byte = bytes[range.lowerBound + offset]
      folded[offset] = byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte
    }
    return recognised(folded.span, 0..<range.count)
  }

  private static func recognised(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName {
    @inline(__always) func named(_ text: StaticString) -> Bool { bytes.equalsIgnoringCase(text, at: range) }
    guard let first = range.first.map({ bytes[$0] | 0x20 }) else { return .other }
    switch range.count {
    case 2: if named("te") { return .te }
    case 3:
      if named("age") { return .age }
      if named("via") { return .via }
    case 4:
      if named("host") { return .host }
      if named("date") { return .date }
      if named("etag") { return .etag }
      if named("vary") { return .vary }
    case 5:
      if named("range") { return .range }
      if named("allow") { return .allow }
    case 6:
      if named("accept") { return .accept }
      if named("cookie") { return .cookie }
      if named("origin") { return .origin }
      if named("expect") { return .expect }
      if named("server") { return .server }
      if named("pragma") { return .pragma }
    case 7:
      if named("referer") { return .referer }
      if named("upgrade") { return .upgrade }
      if named("trailer") { return .trailer }
      if named("expires") { return .expires }
    case 8:
      if named("if-match") { return .ifMatch }
      if named("if-range") { return .ifRange }
      if named("location") { return .location }
    case 9:
      if named("forwarded") { return .forwarded }
      if named("cache-tag") { return .cacheTag }
    case 10:
      switch first {
      case UInt8(ascii: "c"): if named("connection") { return .connection }
      case UInt8(ascii: "u"): if named("user-agent") { return .userAgent }
      case UInt8(ascii: "s"): if named("set-cookie") { return .setCookie }
      case UInt8(ascii: "k"): if named("keep-alive") { return .keepAlive }
      case UInt8(ascii: "t"): if named("tracestate") { return .tracestate }
      default: break
      }
    case 11:
      if named("traceparent") { return .traceparent }
      if named("retry-after") { return .retryAfter }
    case 12:
      if named("content-type") { return .contentType }
      if named("x-request-id") { return .xRequestId }
      if named("max-forwards") { return .maxForwards }
    case 13:
      switch first {
      case UInt8(ascii: "a"): if named("authorization") { return .authorization }
      case UInt8(ascii: "c"):
        if named("cache-control") { return .cacheControl }
        if named("content-range") { return .contentRange }
      case UInt8(ascii: "i"): if named("if-none-match") { return .ifNoneMatch }
      case UInt8(ascii: "l"): if named("last-modified") { return .lastModified }
      // The same under an older name.
      case UInt8(ascii: "s"): if named("surrogate-key") { return .cacheTag }
      default: break
      }
    case 14:
      if named("content-length") { return .contentLength }
      if named("sec-fetch-site") { return .secFetchSite }
      if named("http2-settings") { return .http2Settings }
    case 15:
      if named("accept-encoding") { return .acceptEncoding }
      if named("x-forwarded-for") { return .xForwardedFor }
      if named("cal-api-version") { return .apiVersion }
    case 16:
      if named("content-encoding") { return .contentEncoding }
      if named("content-location") { return .contentLocation }
      if named("proxy-connection") { return .proxyConnection }
      if named("cache-purge-tags") { return .cachePurgeTags }
      if named("x-forwarded-host") { return .xForwardedHost }
    case 17:
      if named("if-modified-since") { return .ifModifiedSince }
      if named("transfer-encoding") { return .transferEncoding }
      if named("x-forwarded-proto") { return .xForwardedProto }
      if named("cdn-cache-control") { return .cdnCacheControl }
    case 18: if named("proxy-authenticate") { return .proxyAuthenticate }
    case 19:
      if named("if-unmodified-since") { return .ifUnmodifiedSince }
      if named("proxy-authorization") { return .proxyAuthorization }
    default: break
    }
    switch first {
    case UInt8(ascii: "x"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "c"), UInt8(ascii: "f"):
      return claimed(bytes, range)
    default: return .other
    }
  }

  /// The families of names that upstreams believe when a proxy sets them.
  private static func claimed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FieldName {
    func named(_ text: StaticString, prefix: Bool = false) -> Bool {
      let length = text.utf8CodeUnitCount
      guard prefix ? range.count >= length : range.count == length else { return false }
      for index in 0..<length {
        let byte = bytes[range.lowerBound + index]
        let folded = byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte | 0x20
        let expected = unsafe text.utf8Start[index]
        if folded != expected { return false }
      }
      return true
    }
    if named("x-forwarded-", prefix: true) || named("x-original-", prefix: true) { return .xForwardedOther }
    if named("x-real-ip") || named("x-client-ip") || named("x-cluster-client-ip") || named("client-ip")
      || named("true-client-ip") || named("cf-connecting-ip") || named("fastly-client-ip")
    {
      return .xRealIP
    }
    if named("x-daybook-", prefix: true) || named("x-auth-", prefix: true) || named("x-user", prefix: true)
      || named("x-remote-", prefix: true) || named("x-authenticated-", prefix: true) || named("remote-user")
      || named("x-rewrite-url") || named("x-http-method", prefix: true) || named("x-method-override")
    {
      return .identity
    }
    return .other
  }
}
