import Testing

@testable import HTTPWire

@Suite struct HPACKDecoderTests {
  private func failure(_ bytes: [UInt8]) -> HPACKError? {
    do throws(HPACKError) {
      try DecodingSide().decode(bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      // No index 0, and none behind the tables.
      ([0x80], HPACKError.index), ([0xBE], .index), ([0xFF, 0x80, 0x80, 0x01], .index),
      ([0x7F, 0x20, 0x01, 0x61], .index),
      // Integers that overflow or do not end.
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], .integer),
      ([0xFF, 0x80, 0x80, 0x80, 0x80, 0x00], .integer), ([0xFF, 0x80], .truncated),
      // Strings longer than the block.
      ([0x00, 0x05, 0x61], .truncated), ([0x00], .truncated), ([0x00, 0x01, 0x61], .truncated),
      // A size over ours; a size after a field.
      ([0x3F, 0xE2, 0x1F], .tableSize), ([0x82, 0x20], .tableSize),
      // Padding of eight bits, padding of zeros, the end of the string inside of it.
      ([0x00, 0x82, 0x1F, 0xFF, 0x00], .huffman), ([0x00, 0x81, 0x18, 0x00], .huffman),
      ([0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00], .huffman),
    ] as [([UInt8], HPACKError)])
  func `what is no field block is refused`(_ bytes: [UInt8], _ error: HPACKError) {
    #expect(failure(bytes) == error)
  }

  @Test func `a size of zero forgets everything and the largest is taken again`() throws {
    let side = DecodingSide()
    #expect(try side.decode([0x40, 0x01, 0x61, 0x01, 0x62, 0xBE]) == ["a: b", "a: b"])
    #expect(side.tableBytes == 34)
    #expect(try side.decode([0x20, 0x3F, 0xE1, 0x1F, 0x82]) == [":method: GET"])
    #expect(side.tableBytes == 0)
    #expect(throws: HPACKError.index) { try side.decode([0xBE]) }
  }

  @Test func `an entry larger than the table empties it`() throws {
    let side = DecodingSide()
    try side.decode([0x40, 0x01, 0x61, 0x01, 0x62])
    let long = [0x40, 0x01, 0x61, 0x7F, 0x81, 0x1F] + [UInt8](repeating: 0x63, count: 4_096)
    #expect(try side.decode(long).count == 1)
    #expect(side.tableBytes == 0)
  }

  @Test func `a bomb of references is counted, not kept, and the table follows it`() throws {
    let side = DecodingSide()
    let entry = [0x40, 0x01, 0x61, 0x7F, 0xC1, 0x1E] + [UInt8](repeating: 0x63, count: 4_032)
    try side.decode((entry + [UInt8](repeating: 0xBE, count: 20_000) + [0x40, 0x01, 0x64, 0x01, 0x65]))
    #expect(side.overflow == .headTooLarge)
    #expect(side.memoryInUse <= HeadLimits().head)
    #expect(side.tableBytes == 34)
  }

  @Test func `more fields than may be are told apart from bytes`() throws {
    let side = DecodingSide(limits: HeadLimits(fields: 8))
    try side.decode([UInt8](repeating: 0x90, count: 13))
    #expect(side.overflow == .tooManyFields)
    try side.decode([UInt8](repeating: 0x90, count: 12))
    #expect(side.overflow == nil)
  }

  @Test func `the table keeps the right entries through many insertions`() throws {
    let side = DecodingSide()
    for number in 0..<2_000 {
      let value = Array("value-\(number)".utf8)
      let insertion = [0x40, 0x01, 0x61, UInt8(value.count)] + value + [0xBE]
      let fields = try side.decode(number >= 4 ? insertion + [0xC2] : insertion)
      #expect(fields[1] == "a: value-\(number)")
      if number >= 4 { #expect(fields[2] == "a: value-\(number - 4)") }
    }
  }
}
