import Testing

@testable import Gateway

@Suite struct HTTPDateTests {
  private func read(_ text: String, _ letters: HTTPDate.Letters = .asWritten) -> Int? {
    let bytes = Array(text.utf8)
    return HTTPDate.seconds(0..<bytes.count, in: bytes.span, near: 1_795_000_000, letters)
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

  @Test(arguments: [
    "Thu, 18 Aug 2050 02:01:18 GMT", "Thursday, 18-Aug-50 02:01:18 GMT", "Thu Aug 18 02:01:18 2050",
  ])
  func `all three forms are read`(text: String) { #expect(read(text) == 2_544_400_878) }

  @Test(arguments: [
    "THU, 18 AUG 2050 02:01:18 gMT", "thursday, 18-auG-50 02:01:18 GMt", "tHu aUg 18 02:01:18 2050",
  ])
  func `letters of either case are read where that is asked for, and only there`(text: String) {
    #expect(read(text, .anyCase) == 2_544_400_878)
    #expect(read(text) == nil)
  }

  @Test func `a year of two digits is at most fifty years ahead`() {
    #expect(read("Sunday, 06-Nov-94 08:49:37 GMT") == 784_111_777)
    #expect(read("Sun Nov  6 08:49:37 1994") == 784_111_777)
    #expect(read("Friday, 06-Nov-76 08:49:37 GMT") == 3_371_878_177)
    #expect(read("Sunday, 06-Nov-77 08:49:37 GMT") == 247_654_177)
  }

  @Test(
    arguments: [
      "", "0", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 AEST",
      "Sun, 06 Nov 1994 08:49:37 GMTx",
      "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
      "Xun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun 06 Nov 1994 08:49:37 GMT",
      "Sun, 06  Nov  1994 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT", "Sun, 06 Nov 1994 08.49.37 GMT",
      "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 29 Feb 1995 08:49:37 GMT", "Sun Nov  6 08:49:37 19940",
      "Sunny, 06-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ])
  func `anything else is no date`(text: String) {
    #expect(read(text) == nil)
    #expect(read(text, .anyCase) == nil)
  }

  @Test func `timestamps have milliseconds`() {
    #expect(HTTPDate.timestamp(milliseconds: 1_893_492_000_007) == "2030-01-01T10:00:00.007Z")
  }
}
