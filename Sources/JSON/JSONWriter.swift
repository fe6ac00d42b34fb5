/// Writes JSON text straight into bytes, without a tree in between. The caller keeps begin and end in pairs;
/// commas are the writer's.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  // MARK: Structure

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    beginObject()
    try body(&self)
    endObject()
  }

  package mutating func object(_ key: StaticString, _ body: (inout JSONWriter) throws -> Void) rethrows {
    self.key(key)
    try object(body)
  }

  @inlinable
  package mutating func array<Element>(
    _ key: StaticString, _ elements: some Sequence<Element>,
    _ body: (inout JSONWriter, Element) throws -> Void
  ) rethrows {
    self.key(key)
    try array(elements, body)
  }

  @inlinable
  package mutating func array<Element>(
    _ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) throws -> Void
  ) rethrows {
    beginArray()
    for element in elements { try body(&self, element) }
    endArray()
  }

  /// A key known when this was compiled: ASCII without anything to escape.
  package mutating func key(_ key: StaticString) {
    let comma = needsComma ? 1 : 0
    let length = key.utf8CodeUnitCount
    unsafe append(comma + length + 3) { place in
      // Over it comes the quote where there is none.
      unsafe place[0] = UInt8(ascii: ",")
      unsafe place[comma] = UInt8(ascii: "\"")
      unsafe (place + comma + 1).update(from: key.utf8Start, count: length)
      unsafe place[comma + 1 + length] = UInt8(ascii: "\"")
      unsafe place[comma + 2 + length] = UInt8(ascii: ":")
    }
    needsComma = false
  }

  package mutating func key(_ key: String) {
    string(key)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  // MARK: Members

  package mutating func member(_ key: StaticString, _ value: String) {
    self.key(key)
    string(value)
  }
  package mutating func member(_ key: StaticString, _ value: String?) {
    self.key(key)
    if let value { string(value) } else { null() }
  }
  package mutating func member(_ key: StaticString, _ value: Int) {
    self.key(key)
    int(value)
  }
  package mutating func member(_ key: StaticString, _ value: Int?) {
    self.key(key)
    if let value { int(value) } else { null() }
  }
  package mutating func member(_ key: StaticString, _ value: Bool) {
    self.key(key)
    bool(value)
  }
  package mutating func member(_ key: StaticString, _ value: JSONValue) {
    self.key(key)
    self.value(value)
  }

  /// Text that is JSON already, as Postgres hands out a jsonb column.
  package mutating func member(_ key: StaticString, raw: [UInt8]) {
    self.key(key)
    self.raw(raw)
  }

  // MARK: Values

  package mutating func null() { literal("null") }
  package mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

  package mutating func int(_ value: Int) {
    separate()
    appendDecimal(value)
    needsComma = true
  }

  package mutating func double(_ value: Double) {
    precondition(value.isFinite, "JSON has no infinities")
    separate()
    bytes.append(contentsOf: String(value).utf8)
    needsComma = true
  }

  package mutating func raw(_ json: [UInt8]) {
    separate()
    bytes.append(contentsOf: json)
    needsComma = true
  }

  /// A string that `write` appends: ASCII without anything to escape.
  package mutating func quoted(_ write: (inout [UInt8]) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    write(&bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Escapes what RFC 8259 section 7 requires, and `<`, so that the text is safe inside an HTML script too.
  package mutating func string(_ text: String) {
    let comma = needsComma ? 1 : 0
    var text = text
    text.withUTF8 { text in
      guard unsafe Self.isPlain(text) else { return unsafe appendQuoted(text) }
      unsafe append(comma + text.count + 2) { place in
        unsafe place[0] = UInt8(ascii: ",")
        unsafe place[comma] = UInt8(ascii: "\"")
        if let start = text.baseAddress {
          unsafe (place + comma + 1).update(from: start, count: text.count)
        }
        unsafe place[comma + 1 + text.count] = UInt8(ascii: "\"")
      }
    }
    needsComma = true
  }

  /// Whether nothing has to be escaped, as in most texts; eight bytes at a time ("Bit Twiddling Hacks", determine if a
  /// word has a byte less than n, or equal to n).
  private static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let bytes = UnsafeRawBufferPointer(text)
    var found: UInt64 = 0
    var index = 0
    while index &+ 8 <= bytes.count {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let quote = word ^ ones &* 0x22
      let backslash = word ^ ones &* 0x5C
      let less = word ^ ones &* 0x3C
      found |= (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
      found |= (less &- ones) & ~less
      index &+= 8
    }
    while index < bytes.count {
      let byte = unsafe bytes[index]
      if Self.isEscaped(byte) { return false }
      index &+= 1
    }
    return found & (ones &* 0x80) == 0
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "<")
  }

  private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    unsafe appendEscaped(text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Run by run: byte by byte costs four times as much.
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    for index in text.indices {
      let byte = unsafe text[index]
      if !Self.isEscaped(byte) { continue }
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
      escape(byte)
      start = index + 1
    }
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let bool): self.bool(bool)
    case .int(let int): self.int(int)
    case .double(let double): self.double(double)
    case .string(let string): self.string(string)
    case .array(let elements): array(elements) { $0.value($1) }
    case .object(let object):
      beginObject()
      for member in object.members {
        key(member.key)
        self.value(member.value)
      }
      endObject()
    }
  }

  // MARK: Bytes

  /// Makes room for a member once: a look at the room for each of its parts costs twice as much.
  @inline(__always)
  private mutating func append(_ count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
    bytes.append(addingCapacity: count) { output in
      unsafe output.withUnsafeMutableBufferPointer { room, filled in
        precondition(room.count - filled >= count)
        unsafe write(room.baseAddress! + filled)
        filled += count
      }
    }
  }

  private mutating func open(_ byte: UInt8) {
    separate()
    bytes.append(byte)
    needsComma = false
  }

  private mutating func close(_ byte: UInt8) {
    bytes.append(byte)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func literal(_ word: StaticString) {
    separate()
    word.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    needsComma = true
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    default:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }

  private mutating func appendDecimal(_ value: Int) {
    var magnitude = value.magnitude
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = 20
    repeat {
      start &-= 1
      digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude % 10)
      magnitude /= 10
    } while magnitude > 0
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    unsafe digits.span.extracting(start...).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }
}
