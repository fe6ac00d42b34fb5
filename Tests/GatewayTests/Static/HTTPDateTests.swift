import Testing

@testable import Gateway

@Suite struct HTTPDateTests {
  private func read(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    return HTTPDate.seconds(0..<bytes.count, in: bytes.span)
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
  func `dates are written and read`(seconds: Int, text: String) {
    #expect(HTTPDate.text(seconds) == text)
    #expect(read(text) == seconds)
  }

  @Test func `what is written reads back`() {
    var random = SplitMix(13)
    for _ in 0..<5_000 {
      let seconds = Int.random(in: 0...200_000_000_000, using: &random)
      #expect(read(HTTPDate.text(seconds)) == seconds)
    }
  }

  @Test(
    arguments: [
      "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
      "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
      "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMTx", "Sun, -6 Nov 1994 08:49:37 GMT",
    ])
  func `another form is no date`(text: String) {
    #expect(read(text) == nil)
  }

  @Test func `timestamps have milliseconds`() {
    #expect(HTTPDate.timestamp(milliseconds: 1_893_492_000_007) == "2030-01-01T10:00:00.007Z")
  }
}
