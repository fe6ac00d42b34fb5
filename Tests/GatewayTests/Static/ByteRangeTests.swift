import Testing

@testable import Gateway

@Suite struct ByteRangeTests {
  @Test(
    arguments: [
      ("bytes=0-9", ByteRange.part(0..<10)), ("bytes=0-0", .part(0..<1)), ("bytes=90-", .part(90..<100)),
      ("bytes=-10", .part(90..<100)), ("bytes=-1000", .part(0..<100)), ("bytes=50-1000", .part(50..<100)),
      ("BYTES=0-9", .part(0..<10)), ("bytes= 0-9 ", .part(0..<10)), ("bytes=99-99", .part(99..<100)),
      ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable), ("bytes=-0", .unsatisfiable),
      ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=0-99999999999999999999", .part(0..<100)),
      ("bytes=9-0", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=0-1,2-3", .whole),
      ("bytes=a-b", .whole),
      ("bytes=0x1-2", .whole), ("bytes=--1", .whole), ("bytes=+1-2", .whole), ("bytes 0-1", .whole),
      ("", .whole),
      ("items=0-1", .whole), ("bytes=1", .whole),
    ])
  func `one well-formed range is served, anything odd is the whole`(field: String, range: ByteRange) {
    let bytes = Array(field.utf8)
    let found = ByteRange(0..<bytes.count, in: bytes.span, length: 100)
    #expect(found == range)
  }

  @Test func `no range exceeds the file, whatever the numbers`() {
    var random = SplitMix(5)
    for _ in 0..<5_000 {
      let length = Int.random(in: 0...20, using: &random)
      let numbers = (0..<2).map { _ in
        Bool.random(using: &random) ? "" : String(random.next() >> (random.next() & 63))
      }
      let bytes = Array("bytes=\(numbers[0])-\(numbers[1])".utf8)
      if case .part(let part) = ByteRange(0..<bytes.count, in: bytes.span, length: length) {
        #expect(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= length)
      }
    }
  }
}
