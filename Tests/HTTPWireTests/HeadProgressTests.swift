import HTTPWire
import Testing

@Suite struct HeadProgressTests {
  @Test func `a dribbled head is parsed once a line, not once a byte`() throws {
    let bytes = Array("GET /\(String(repeating: "a", count: 4_000)) HTTP/1.1\r\nHost: a.test\r\n\r\n".utf8)
    var progress = HeadProgress()
    var head = RequestHead()
    var parses = 0
    for count in 1...bytes.count {
      let part = Array(bytes[..<count])
      guard progress.isWorthParsing(part.span, limits: HeadLimits()) else { continue }
      parses += 1
      if try head.parse(part.span) { break }
      progress.parsedPartial(part.span)
    }
    let length = head.length
    #expect(length == bytes.count)
    #expect(parses == 4)
  }

  @Test func `a line without end is parsed again only over the limit`() {
    let limits = HeadLimits()
    var progress = HeadProgress()
    let start = Array("GET /".utf8)
    progress.parsedPartial(start.span)
    let within = start + [UInt8](repeating: 0x61, count: 8_000)
    let isWorthWithin = progress.isWorthParsing(within.span, limits: limits)
    #expect(!isWorthWithin)
    let over = start + [UInt8](repeating: 0x61, count: 8_200)
    let isWorthOver = progress.isWorthParsing(over.span, limits: limits)
    #expect(isWorthOver)
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: a.test\r\n\rX", "GET / HTTP/1.1\r\nHost: a\rX", "GET / HTTP/1.1\rX",
    "GET /\u{0}", "GET / HTTP/1.1\r\nHost: a\u{1}", "GET / HTTP/1.1\r\nX: \u{7F}",
  ])
  func `a byte that no head may have is refused when it comes, not with the next line feed`(_ text: String) {
    let bytes = Array(text.utf8)
    var progress = HeadProgress()
    var head = RequestHead()
    var refusedAt: Int?
    for count in 1...bytes.count where refusedAt == nil {
      let part = Array(bytes[..<count])
      guard progress.isWorthParsing(part.span, limits: HeadLimits()) else { continue }
      do throws(HTTPWireError) {
        let isWhole = try head.parse(part.span)
        #expect(!isWhole)
      } catch {
        refusedAt = count
      }
      progress.parsedPartial(part.span)
    }
    #expect(refusedAt == bytes.count)
  }
}
