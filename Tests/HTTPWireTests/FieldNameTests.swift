import HTTPWire
import Testing

@Suite struct FieldNameTests {
  @Test(arguments: [
    ("Host", FieldName.host), ("content-LENGTH", .contentLength), ("Transfer-Encoding", .transferEncoding),
    ("Connection", .connection), ("TE", .te), ("Trailer", .trailer), ("Upgrade", .upgrade),
    ("Keep-Alive", .keepAlive), ("Proxy-Connection", .proxyConnection), ("Expect", .expect),
    ("Proxy-Authorization", .proxyAuthorization), ("Proxy-Authenticate", .proxyAuthenticate),
    ("HTTP2-Settings", .http2Settings), ("Authorization", .authorization), ("Cookie", .cookie),
    ("Set-Cookie", .setCookie), ("Origin", .origin), ("Referer", .referer),
    ("Sec-Fetch-Site", .secFetchSite), ("User-Agent", .userAgent), ("cal-api-version", .apiVersion),
    ("Forwarded", .forwarded), ("Via", .via), ("X-Forwarded-For", .xForwardedFor),
    ("X-Forwarded-Host", .xForwardedHost), ("X-Forwarded-Proto", .xForwardedProto),
    ("X-Forwarded-Port", .xForwardedOther), ("X_Forwarded_For", .xForwardedOther), ("X-Real-IP", .xRealIP),
    ("X-Daybook-User", .identity), ("X-User-Id", .identity), ("Remote_User", .identity),
    ("X-Request-Id", .xRequestId), ("traceparent", .traceparent), ("tracestate", .tracestate),
    ("If-Match", .ifMatch), ("If-None-Match", .ifNoneMatch), ("If-Modified-Since", .ifModifiedSince),
    ("If-Unmodified-Since", .ifUnmodifiedSince), ("If-Range", .ifRange), ("Range", .range),
    ("Accept", .accept), ("Accept-Encoding", .acceptEncoding), ("Age", .age), ("Allow", .allow),
    ("Cache-Control", .cacheControl), ("CDN-Cache-Control", .cdnCacheControl),
    ("Content-Encoding", .contentEncoding), ("Content-Location", .contentLocation),
    ("Content-Range", .contentRange), ("Content-Type", .contentType), ("Date", .date), ("ETag", .etag),
    ("Expires", .expires), ("Last-Modified", .lastModified), ("Location", .location), ("Pragma", .pragma),
    ("Retry-After", .retryAfter), ("Server", .server), ("Vary", .vary),
    ("Content_Length", .identity), ("Transfer_Encoding", .identity), ("If_None_Match", .identity),
    ("X_Custom", .other), ("Content_Lengths", .other), ("Client-IP", .xRealIP),
    ("CF_Connecting_IP", .xRealIP),
    ("X-Request-Ie", .other), ("Hosts", .other), ("X", .other), ("Accept-Language", .other),
  ])
  func `a name is recognised whatever its case`(_ text: String, _ name: FieldName) throws {
    for spelling in [text, text.lowercased(), text.uppercased()] {
      let bytes = Array(spelling.utf8)
      let recognised = FieldName(bytes.span, 0..<bytes.count)
      #expect(recognised == name, "\(spelling)")
    }
  }

  @Test func `every name fits the one word of a set`() {
    #expect(FieldName.allCases.count <= 64)
    #expect(FieldNameSet.hopByHop.contains(.connection) && !FieldNameSet.hopByHop.contains(.host))
    #expect(FieldNameSet.identity.contains(.forwarded) && !FieldNameSet.identity.contains(.authorization))
  }

  @Test func `what frames, routes or authenticates may not be a trailer`() {
    for name: FieldName in [
      .contentLength, .transferEncoding, .host, .authorization, .cookie, .identity, .trailer,
    ] {
      #expect(!name.isAllowedInTrailer)
    }
    #expect(FieldName.other.isAllowedInTrailer)
  }
}
