import Foundation
import HTTPWire
import NIOCore
import NIOHPACK
import Testing

/// Our field compression beside NIO's, on random fields: what one writes the other reads alike.
@Suite struct HPACKJudgeTests {
  private static let names = [
    "accept", "content-type", "x-request-id", "cookie", "set-cookie", "etag", "x-a", "x-quite-a-long-name",
    "date", ":path",
  ]

  private func value(_ random: inout SplitMix) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789-_.,;=/%\"\\{}~ ABCXYZ".utf8)
    let count = Int(random.next() % 5) == 0 ? Int(random.next() % 300) : Int(random.next() % 24)
    let bytes = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces)
  }

  private func fields(_ random: inout SplitMix) -> [(String, String)] {
    (0..<Int(1 + random.next() % 12)).map { _ in
      (
        Self.names[Int(random.next() % UInt64(Self.names.count))],
        random.next() % 3 == 0 ? "again" : value(&random)
      )
    }
  }

  @Test(arguments: [1, 2, 3]) func `what NIO writes we read`(_ seed: UInt64) throws {
    var random = SplitMix(seed)
    var encoder = HPACKEncoder(allocator: ByteBufferAllocator(), useHuffmanEncoding: seed != 3)
    var decoder = HTTPWire.HPACKDecoder()
    var list = HTTP2FieldList(limits: HeadLimits())
    for _ in 0..<500 {
      let sent = fields(&random)
      var block = ByteBuffer()
      try encoder.encode(headers: HPACKHeaders(sent), to: &block)
      try decoder.decode(block.readableBytesUInt8Span, into: &list)
      let read = list.texts.map { "\($0.name): \($0.value)" }
      #expect(read == sent.map { "\($0.0): \($0.1)" })
    }
  }

  @Test(arguments: [4, 5]) func `what we write NIO reads`(_ seed: UInt64) throws {
    var random = SplitMix(seed)
    var encoder = HTTPWire.HPACKEncoder()
    var decoder = NIOHPACK.HPACKDecoder(allocator: ByteBufferAllocator())
    for number in 0..<500 {
      let sent = fields(&random).filter { $0.0 != ":path" }
      let head = "HTTP/1.1 \(200 + number % 7) OK\r\n" + sent.map { "\($0.0): \($0.1)\r\n" }.joined()
      if number % 50 == 49 { encoder.setPeerTableSize(Int(random.next() % 4_097)) }
      var block = ByteBuffer()
      let bytes = Array(head.utf8)
      unsafe block.writeWithUnsafeMutableBytes(minimumWritableBytes: HTTPWire.HPACKEncoder.bound(bytes.count))
      { memory in
        var writer = unsafe ByteWriter(memory)
        encoder.encode(head: bytes.span, into: &writer)
        return writer.count
      }
      let read = try decoder.decodeHeaders(from: &block).map { "\($0.name): \($0.value)" }
      #expect(read == [":status: \(200 + number % 7)"] + sent.map { "\($0.0): \($0.1)" })
    }
  }
}
