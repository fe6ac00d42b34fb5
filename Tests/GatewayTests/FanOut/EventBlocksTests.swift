import NIOCore
import Testing

@testable import Gateway

@Suite struct EventBlocksTests {
  private static let stream =
    ": hello\n\nevent: a\nid: 1\ndata: x\n\nevent: b\r\nid:2\r\ndata: y\r\n\r\n:\n\n"

  /// All that comes out, and every id on the way.
  private func run(_ pieces: [ArraySlice<UInt8>]) -> (text: String, ids: [String], cuts: [String]) {
    var blocks = EventBlocks()
    var (text, ids, cuts) = ("", [String](), [String]())
    for piece in pieces {
      guard let block = blocks.read(ByteBuffer(bytes: piece)) else { continue }
      text += String(buffer: block.bytes)
      cuts.append(String(buffer: block.bytes))
      if let id = block.id { ids.append(id) }
    }
    return (text, ids, cuts)
  }

  @Test func `events come out whole, however the stream is cut`() {
    let bytes = Array(Self.stream.utf8)
    for cut in 0...bytes.count {
      let result = run([bytes[..<cut], bytes[cut...]])
      #expect(result.text == Self.stream, "cut at \(cut)")
      #expect(result.ids.last == "2")
      for piece in result.cuts { #expect(piece.hasSuffix("\n\n") || piece.hasSuffix("\r\n\r\n")) }
    }
    let slow = run(bytes.indices.map { bytes[$0...$0] })
    #expect(slow.text == Self.stream)
    #expect(slow.ids == ["1", "2"])
    #expect(slow.cuts.count == 4)
  }

  @Test func `comments alone are no event`() throws {
    var blocks = EventBlocks()
    let comments = blocks.read(ByteBuffer(string: ": hello\n\n:\n\n"))
    #expect(comments?.isEvent == false)
    let event = blocks.read(ByteBuffer(string: "data: x\n\n"))
    #expect(event?.isEvent == true)
    // What has no end yet says nothing of what had.
    let read = blocks.read(ByteBuffer(string: ":\n\nid: 9\ndata: y\n"))
    let block = try #require(read)
    #expect(!block.isEvent && block.id == nil)
    let rest = blocks.read(ByteBuffer(string: "\n"))
    #expect(rest?.id == "9")
  }

  @Test func `an event that is too long is left out, wherever it is cut, and what follows is not`() {
    for line in ["\n", "\r\n"] {
      let long = String(repeating: "data: x\(line)", count: 300)
      let bytes = Array("data: a\(line)\(line)\(long)id: 7\(line)\(line)data: b\(line)\(line)".utf8)
      for size in [1, 2, 3, 7, 100] {
        var blocks = EventBlocks(limit: 1_000)
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: size) {
          let piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
          if let block = blocks.read(piece) { text += String(buffer: block.bytes) }
        }
        #expect(text == "data: a\(line)\(line)data: b\(line)\(line)", "\(size)")
        #expect(blocks.skipped == 1)
      }
    }
  }
}
