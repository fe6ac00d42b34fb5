import HTTPWire
import Testing

@Suite struct BodyReaderTests {
  private static let chunked = "5;x=1\r\nhello\r\n3\r\n...\r\n0;y\r\nX-Sum: 1\r\n\r\nGET"

  @Test func `a chunked body passes with its framing and trailers, without extensions, at every cut`() throws
  {
    for cut in 0...Self.chunked.utf8.count {
      let read = try read(Self.chunked, .chunked, keepsChunkFraming: true, cut: cut)
      #expect(read.passed == "5\r\nhello\r\n3\r\n...\r\n0\r\nX-Sum: 1\r\n\r\n", "cut at \(cut)")
      #expect(read.rest == "GET")
    }
  }

  @Test func `a chunked body passes as data alone where the receiver has no chunks`() throws {
    for cut in 0...Self.chunked.utf8.count {
      let read = try read(Self.chunked, .chunked, keepsChunkFraming: false, cut: cut)
      #expect(read.passed == "hello...", "cut at \(cut)")
      #expect(read.rest == "GET")
    }
  }

  @Test func `a body of a length ends with its last byte`() throws {
    for cut in 0...8 {
      let read = try read("helloGET", .length(5), keepsChunkFraming: true, cut: cut)
      #expect(read.passed == "hello")
      #expect(read.rest == "GET")
    }
  }

  @Test func `a body until close takes all`() throws {
    let read = try read("hello", .untilClose, keepsChunkFraming: true, cut: 2)
    #expect(read.passed == "hello")
    #expect(!read.isComplete)
  }

  @Test func `no body is complete at once`() {
    #expect(BodyReader(.none, keepsChunkFraming: true).isComplete)
  }

  @Test func `small chunks with long extensions are refused before they add up`() {
    let line = "1;" + String(repeating: "a", count: 200) + "\r\nx\r\n"
    let text = String(repeating: line, count: 100)
    #expect(throws: HTTPWireError.chunkLineTooLong) {
      _ = try read(text, .chunked, keepsChunkFraming: true, cut: 0)
    }
  }

  private func read(
    _ text: String, _ framing: MessageFraming, keepsChunkFraming: Bool, cut: Int
  ) throws -> (passed: String, rest: String, isComplete: Bool) {
    let bytes = Array(text.utf8)
    var reader = BodyReader(framing, keepsChunkFraming: keepsChunkFraming)
    var passed: [UInt8] = []
    var buffer: [UInt8] = []
    for part in [bytes[..<cut], bytes[cut...]] {
      buffer.append(contentsOf: part)
      guard !reader.isComplete else { continue }
      var position = 0
      var piece: BodyReader.Piece
      repeat {
        piece = try reader.next(buffer.span, from: position)
        passed.append(contentsOf: buffer[piece.range])
        position = piece.end
      } while piece.next == .more
      buffer.removeFirst(position)
    }
    return (
      String(decoding: passed, as: UTF8.self), String(decoding: buffer, as: UTF8.self), reader.isComplete
    )
  }
}
