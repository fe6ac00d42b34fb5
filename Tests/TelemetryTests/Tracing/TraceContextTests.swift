import Telemetry
import Testing

@Suite struct TraceContextTests {
  static let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

  @Test func `a valid header comes back as it was`() throws {
    let context = try #require(TraceContext(header: Self.valid))
    #expect(context.header == Self.valid)
    #expect(context.traceID == "0af7651916cd43dd8448eb211c80319c")
    #expect(context.span == 0xb7ad_6b71_6920_3331)
    #expect(context.isSampled)
  }

  @Test(arguments: [
    "", "00", "-", String(repeating: "0", count: 55), "00-" + String(repeating: "-", count: 52),
  ])
  func `nonsense is refused`(_ header: String) {
    #expect(TraceContext(header: header) == nil)
  }

  @Test func `every shortened, lengthened or changed header is refused, changed digits excepted`() {
    let bytes = Array(Self.valid.utf8)
    for length in 0..<bytes.count { #expect(TraceContext(header: Array(bytes[..<length]).span) == nil) }
    #expect(TraceContext(header: (bytes + [45]).span) == nil)
    for index in bytes.indices {
      for wrong in [UInt8(ascii: "g"), UInt8(ascii: "A"), 0, 0xFF, 32, UInt8(ascii: "_")] {
        var changed = bytes
        changed[index] = wrong
        #expect(TraceContext(header: changed.span) == nil, "\(wrong) at \(index)")
      }
    }
  }

  @Test(arguments: [
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
    "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
  ])
  func `what the specification calls invalid is refused`(_ header: String) {
    #expect(TraceContext(header: header) == nil)
  }

  @Test(arguments: ["01-", "cc-"], ["", "-", "-what-comes-later"])
  func `a later version is read as far as it is known`(_ version: String, _ rest: String) throws {
    let context = try #require(TraceContext(header: version + Self.valid.dropFirst(3) + rest))
    #expect(context.header == Self.valid)
  }

  @Test func `only the sampled bit of the flags counts`() throws {
    let context = try #require(TraceContext(header: Self.valid.dropLast(2) + "fe"))
    #expect(!context.isSampled)
    #expect(context.header.hasSuffix("-00"))
  }

  @Test func `a child keeps the trace and changes the span`() throws {
    var random = TraceRandom(seed: 1)
    let parent = try #require(TraceContext(header: Self.valid))
    let child = parent.child(using: &random)
    #expect(child.traceID == parent.traceID && child.span != parent.span && child.isSampled)
  }

  @Test func `new traces are valid and differ`() {
    var random = TraceRandom()
    var seen: Set<String> = []
    for _ in 0..<1000 {
      let context = TraceContext(using: &random)
      #expect(TraceContext(header: context.header) == context)
      seen.insert(context.header)
    }
    #expect(seen.count == 1000)
  }

  @Test func `ids are never zero, even if the random numbers are`() {
    var zeros = Zeros()
    let context = TraceContext(using: &zeros)
    #expect(TraceContext(header: context.header) == context)
  }

  private struct Zeros: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0 }
  }
}
