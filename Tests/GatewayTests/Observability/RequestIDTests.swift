import NIOCore
import Testing

@testable import Gateway

@Suite struct RequestIDTests {
  @Test(
    arguments: [
      ("12345678", true), ("aB.9_:-x", true), (String(repeating: "a", count: 128), true), ("1234567", false),
      ("", false),
      (String(repeating: "a", count: 129), false), ("with space", false), ("semi;colon", false),
      ("slash/slash", false),
      ("quote\"quote", false), ("ümlaut-ümlaut", false),
    ])
  func `a client's id is kept when it is well-formed`(id: String, isKept: Bool) {
    let bytes = Array(id.utf8)
    let found = RequestID.isWellFormed(0..<bytes.count, in: bytes.span)
    #expect(found == isKept)
  }

  @Test func `new ids are well-formed and differ`() {
    var random = SplitMix(1)
    var seen: Set<String> = []
    for _ in 0..<10_000 {
      var buffer = ByteBuffer()
      RequestID.write(into: &buffer, using: &random)
      let bytes = Array(buffer.readableBytesView)
      let isWellFormed = RequestID.isWellFormed(0..<bytes.count, in: bytes.span)
      #expect(isWellFormed && bytes.count == 26)
      seen.insert(String(decoding: bytes, as: UTF8.self))
    }
    #expect(seen.count == 10_000)
  }
}
