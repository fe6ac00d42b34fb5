/// The fields of the block that was decoded last. One value serves all connections of an event loop; it is allocated
/// once, whatever comes.
package struct HTTP2FieldList: ~Copyable {
  /// Bytes of a whole block as it is sent, and of the fields that it may stand for.
  package let blockLimit: Int
  private let limits: HeadLimits
  private(set) var memory: [UInt8]
  private(set) var fields: [HTTP2Field] = []
  /// Size of the list as peers count it (RFC 9113, 6.5.2); it goes on when nothing is kept any more.
  private(set) var size = 0
  /// More than may be kept has come: the fields are not whole.
  private(set) var overflow: HTTPWireError?
  private let statics = HPACKStaticTable()
  private let huffman = HuffmanDecoder()
  private var pending = HTTP2Field(start: 0, nameLength: 0, valueLength: 0)
  private var end = 0

  package init(limits: HeadLimits) {
    self.limits = limits
    blockLimit = limits.head
    // What is kept, and room for one more field: two strings of the longest block and a name of the table.
    memory = [UInt8](repeating: 0, count: limits.head + limits.head * 8 / 5 + 8_192)
    fields.reserveCapacity(limits.fields + 8)
  }

  package var count: Int { fields.count }

  /// Bytes of the fields that are kept.
  var memoryInUse: Int { end }

  /// For tests and tools: the fields as text.
  package var texts: [(name: String, value: String)] {
    fields.map {
      (
        String(decoding: memory[$0.nameRange], as: UTF8.self),
        String(decoding: memory[$0.valueRange], as: UTF8.self)
      )
    }
  }

  // MARK: For the decoder: bytes are added to a pending field, which is then kept

  mutating func removeAll() {
    fields.removeAll(keepingCapacity: true)
    size = 0
    overflow = nil
    pending = HTTP2Field(start: 0, nameLength: 0, valueLength: 0)
    end = 0
  }

  @inline(__always)
  mutating func appendStatic(_ index: Int) {
    let entry = statics.entries[index]
    append(statics.bytes, entry.start, entry.length, nameLength: entry.nameLength)
  }

  /// A whole field of a table.
  @inline(__always)
  mutating func append(_ bytes: [UInt8], _ start: Int, _ length: Int, nameLength: Int) {
    append(bytes.span, start..<start &+ length)
    pending.nameLength = nameLength
  }

  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    let end = end
    precondition(range.count <= memory.count &- end)
    let source = bytes.extracting(range)
    unsafe memory.withUnsafeMutableBytes { own in
      unsafe source.withUnsafeBytes { other in
        guard let start = other.baseAddress, let base = own.baseAddress else { return }
        unsafe (base + end).copyMemory(from: start, byteCount: other.count)
      }
    }
    self.end = end &+ range.count
  }

  mutating func appendCoded(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HPACKError) {
    end &+= try huffman.decode(bytes, range, into: &memory, at: end)
  }

  mutating func endName() { pending.nameLength = end &- pending.start }

  mutating func keepNameOnly() { end = pending.start &+ pending.nameLength }

  borrowing func withPending(_ body: (Span<UInt8>, Int) -> Void) {
    body(memory.span.extracting(pending.start..<end), pending.nameLength)
  }

  @inline(__always)
  mutating func commit() {
    pending.valueLength = end &- pending.start &- pending.nameLength
    size &+= end &- pending.start &+ 32
    // Pseudo-header fields come on top of the count: four lines that HTTP/1.1 has in its request line.
    if size > limits.head { overflow = .headTooLarge }
    if fields.count >= limits.fields &+ 4 { overflow = .tooManyFields }
    if overflow == nil { fields.append(pending) } else { end = pending.start }
    pending = HTTP2Field(start: end, nameLength: 0, valueLength: 0)
  }
}
