import NIOCore
import Testing

@testable import Gateway

@Suite struct EventBlocksTests {
  private static let stream =
    ": hello\n\nevent: a\nid: 1\ndata: x\n\nevent: b\r\nid:2\r\ndata: y\r\n\r\n:\n\n"

  /// All that comes out, and every id on the way.
  private func run(_ pieces: [ArraySlice<UInt8>]) throws -> (text: String, ids: [String], cuts: [String]) {
    var blocks = EventBlocks()
    var (text, ids, cuts) = ("", [String](), [String]())
    for piece in pieces {
      guard let block = try blocks.read(ByteBuffer(bytes: piece)) else { continue }
      text += String(buffer: block.bytes)
      cuts.append(String(buffer: block.bytes))
      if let id = block.id { ids.append(id) }
    }
    return (text, ids, cuts)
  }

  @Test func `events come out whole, however the stream is cut`() throws {
    let bytes = Array(Self.stream.utf8)
    for cut in 0...bytes.count {
      let result = try run([bytes[..<cut], bytes[cut...]])
      #expect(result.text == Self.stream, "cut at \(cut)")
      #expect(result.ids.last == "2")
      for piece in result.cuts { #expect(piece.hasSuffix("\n\n") || piece.hasSuffix("\r\n\r\n")) }
    }
    let slow = try run(bytes.indices.map { bytes[$0...$0] })
    #expect(slow.text == Self.stream)
    #expect(slow.ids == ["1", "2"])
    #expect(slow.cuts.count == 4)
  }

  @Test func `comments alone are no event`() throws {
    var blocks = EventBlocks()
    #expect(try blocks.read(ByteBuffer(string: ": hello\n\n:\n\n"))?.isEvent == false)
    #expect(try blocks.read(ByteBuffer(string: "data: x\n\n"))?.isEvent == true)
    // What has no end yet says nothing of what had.
    let block = try #require(try blocks.read(ByteBuffer(string: ":\n\nid: 9\ndata: y\n")))
    #expect(!block.isEvent && block.id == nil)
    #expect(try blocks.read(ByteBuffer(string: "\n"))?.id == "9")
  }

  @Test func `an event without an end is bounded`() throws {
    var blocks = EventBlocks(limit: 1_000)
    #expect(try blocks.read(ByteBuffer(string: String(repeating: "data: x\n", count: 120))) == nil)
    #expect(throws: EventBlocks.Failure.eventTooLong) {
      try blocks.read(ByteBuffer(string: String(repeating: "data: x\n", count: 120)))
    }
  }
}
