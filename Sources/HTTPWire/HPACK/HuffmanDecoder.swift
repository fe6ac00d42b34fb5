/// Decodes strings of the code by table: most bytes take one look at the next ten bits. Made once per event loop.
package struct HuffmanDecoder: Sendable {
  private static let quickBits = 10

  /// By the next ten bits: length of the code above the byte; 0 where the code is longer.
  private let quick: [UInt16]
  /// By length: the first code of it, and where its bytes begin in `symbols`.
  private let firstCode: [UInt32]
  private let firstPlace: [Int]
  /// All bytes, by the order of their codes; the last, 256, is the end of the string.
  private let symbols: [UInt16]

  package init() {
    let lengths = HuffmanCode.lengths
    let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    var quick = [UInt16](repeating: 0, count: 1 << Self.quickBits)
    var firstCode = [UInt32](repeating: 0, count: HuffmanCode.longest + 2)
    var firstPlace = [Int](repeating: 0, count: HuffmanCode.longest + 2)
    var code: UInt32 = 0
    var place = 0
    for length in HuffmanCode.shortest...HuffmanCode.longest {
      code <<= 1
      if length == HuffmanCode.shortest { code = 0 }
      firstCode[length] = code
      firstPlace[length] = place
      while place < order.count, Int(lengths[order[place]]) == length {
        if length <= Self.quickBits {
          let free = Self.quickBits - length
          for rest in 0..<(1 << free) {
            quick[Int(code) << free | rest] = UInt16(length) << 8 | UInt16(order[place])
          }
        }
        code += 1
        place += 1
      }
    }
    firstPlace[HuffmanCode.longest + 1] = place
    self.quick = quick
    self.firstCode = firstCode
    self.firstPlace = firstPlace
    symbols = order.map { UInt16($0) }
  }

  /// Decodes `range` of `bytes` into `memory` from `start` on, where there is room for 8/5 of the range's bytes.
  ///
  /// - Returns: the bytes written.
  func decode(
    _ bytes: Span<UInt8>, _ range: Range<Int>, into memory: inout [UInt8], at start: Int
  ) throws(HPACKError) -> Int {
    var bits: UInt64 = 0
    var count = 0
    var index = range.lowerBound
    var end = start
    while true {
      while count <= 56, index < range.upperBound {
        bits |= UInt64(bytes[index]) &<< UInt64(56 &- count)
        count &+= 8
        index &+= 1
      }
      let entry = quick[Int(bits &>> 54)]
      var length = Int(entry &>> 8)
      var symbol = entry & 0xFF
      if length == 0 { (symbol, length) = try longCode(bits, count) }
      if length > count || symbol == 256 {
        // What is left is padding: fewer than eight bits, all ones (RFC 7541, 5.2).
        guard symbol != 256 || length > count, count < 8, bits == ~(UInt64.max &>> UInt64(count)) else {
          throw .huffman
        }
        return end &- start
      }
      memory[end] = UInt8(truncatingIfNeeded: symbol)
      end &+= 1
      bits &<<= UInt64(length)
      count &-= length
    }
  }

  /// A code longer than ten bits; when the bits do not hold it whole, its length is over `count`.
  private func longCode(_ bits: UInt64, _ count: Int) throws(HPACKError) -> (UInt16, Int) {
    for length in Self.quickBits + 1...HuffmanCode.longest {
      if length > count { return (0, length) }
      let code = UInt32(truncatingIfNeeded: bits >> UInt64(64 - length))
      let offset = Int(code) - Int(firstCode[length])
      let place = firstPlace[length] + offset
      if offset >= 0, place < firstPlace[length + 1] { return (symbols[place], length) }
    }
    throw .huffman
  }
}
