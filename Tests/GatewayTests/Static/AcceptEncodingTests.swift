import Testing

@testable import Gateway

@Suite struct AcceptEncodingTests {
  private func best(_ field: String, _ available: Set<ContentCoding> = Set(ContentCoding.allCases))
    -> ContentCoding?
  {
    let bytes = Array(field.utf8)
    return AcceptEncoding(0..<bytes.count, in: bytes.span).best(of: available.contains)
  }

  @Test(
    arguments: [
      ("gzip, deflate, br, zstd", ContentCoding.brotli), ("br, gzip", .brotli), ("gzip", .gzip),
      ("x-gzip", .gzip),
      ("GZIP", .gzip), ("", .identity), ("deflate", .identity), ("identity", .identity), ("*", .brotli),
      ("gzip;q=1.0, br;q=0.5", .gzip), ("gzip;q=0.5, br;q=0.5", .brotli), ("br;q=0, gzip", .gzip),
      ("br;q=0.001", .brotli), ("gzip;q=0.5, identity", .identity), ("*;q=0, gzip", .gzip),
      ("gzip;q=0, br;q=0", .identity), ("br;q=2, gzip", .gzip), ("br;q=x, gzip", .gzip),
      (" br ; q=0.9 ,gzip;q=0.8", .brotli),
      ("br;q=0.1234, gzip;q=0.2", .gzip), ("gzip;q=0.9, *;q=1", .brotli), (",,,br,,", .brotli),
      ("brr, gzi", .identity),
    ])
  func `weights decide, and at equal weight brotli comes before gzip`(field: String, coding: ContentCoding) {
    #expect(best(field) == coding)
  }

  @Test func `plain bytes can be refused`() {
    #expect(best("gzip, identity;q=0") == .gzip)
    #expect(best("gzip, identity;q=0", [.identity]) == nil)
    #expect(best("gzip, *;q=0", [.identity]) == nil)
    #expect(best("br;q=0, gzip;q=0, identity;q=0") == nil)
    #expect(best("gzip", [.identity]) == .identity)
  }

  @Test func `without the field plain bytes are sent`() {
    #expect(AcceptEncoding().best { _ in true } == .identity)
  }
}
