/// Writes a head into memory that somebody else owns and that must outlive this value. Writing over the end
/// traps: the caller reserves enough.
///
/// What is small is inlinable: a text that the compiler sees at the call becomes a few stores, not two calls.
@safe
package struct ByteWriter: ~Copyable {
  @usableFromInline let memory: UnsafeMutableRawBufferPointer
  /// Bytes written.
  @usableFromInline package internal(set) var count = 0

  @inlinable
  package init(_ memory: UnsafeMutableRawBufferPointer) {
    unsafe self.memory = unsafe memory
  }

  @inlinable @inline(__always)
  package mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    precondition(unsafe length <= memory.count &- count)
    unsafe (memory.baseAddress! + count).copyMemory(from: text.utf8Start, byteCount: length)
    count &+= length
  }

  @inlinable @inline(__always)
  package mutating func append(_ bytes: Span<UInt8>) {
    let room = unsafe memory.count &- count
    precondition(bytes.count <= room)
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe (memory.baseAddress! + count).copyMemory(from: start, byteCount: source.count)
    }
    count &+= bytes.count
  }

  @inlinable
  package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  @inlinable @inline(__always)
  package mutating func append(_ byte: UInt8) {
    precondition(unsafe count < memory.count)
    unsafe memory[count] = byte
    count &+= 1
  }

  /// Writes a number in decimal; it is not negative.
  package mutating func append(decimal value: Int) {
    precondition(value >= 0)
    var digits = 1
    var bound = 10
    while digits < 19, value >= bound {
      digits &+= 1
      bound = bound &* 10
    }
    precondition(unsafe digits <= memory.count &- count)
    // From the last digit: dividing by ten is a multiplication, by anything that varies it is not.
    var rest = value
    var index = count &+ digits
    while index > count {
      index &-= 1
      unsafe memory[index] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
      rest /= 10
    }
    count &+= digits
  }

  /// Writes sixteen hexadecimal digits.
  package mutating func append(hex value: UInt64) {
    append(digits: Self.nibbles(value >> 32))
    append(digits: Self.nibbles(value & 0xFFFF_FFFF))
  }

  /// The eight nibbles of a value below 2³², the highest first, each in a byte.
  private static func nibbles(_ value: UInt64) -> UInt64 {
    var spread = (value | value << 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
    return spread.byteSwapped
  }

  /// Writes `0`...`9`, `a`...`z` for the eight bytes of a word, the lowest first, each below 36: all at once, because
  /// each request has some ids to be written.
  package mutating func append(digits: UInt64) {
    precondition(unsafe memory.count &- count >= 8)
    // A byte of ten or more sets its highest bit here, and none carries into the next.
    let isLetter = (digits &+ 0x7676_7676_7676_7676) >> 7 & 0x0101_0101_0101_0101
    let text = digits &+ 0x3030_3030_3030_3030 &+ isLetter &* 0x27
    unsafe (memory.baseAddress! + count).storeBytes(of: text.littleEndian, as: UInt64.self)
    count &+= 8
  }

  /// Copies the field lines whose names are not in `dropped` and that Connection does not name, byte for
  /// byte; runs of lines go in one copy.
  package mutating func append(
    _ fields: borrowing HeaderFields, of head: Span<UInt8>, dropping dropped: FieldNameSet
  ) {
    var index = 0
    while index < fields.count {
      guard !dropped.contains(fields[index].name), !fields[index].isNominated else {
        index &+= 1
        continue
      }
      let start = fields[index].nameRange.lowerBound
      repeat {
        index &+= 1
      } while index < fields.count && !dropped.contains(fields[index].name)
        && !fields[index].isNominated
      let end = index < fields.count ? fields[index].nameRange.lowerBound : fields.sectionEnd
      append(head.extracting(start..<end))
    }
  }

  /// Writes the request line for upstream: the client's own where it is one already, else with the origin
  /// form of its target and our version.
  package mutating func appendRequestLine(_ request: borrowing RequestHead, of head: Span<UInt8>) {
    let isOurVersion = head[request.requestLineEnd &- 1] == UInt8(ascii: "1")
    if isOurVersion, request.target.authority == nil {
      append(head.extracting(request.start..<request.requestLineEnd))
    } else {
      append(head.extracting(request.methodRange))
      append(" ")
      appendTarget(request.target, of: head)
      append(" HTTP/1.1")
    }
    append("\r\n")
  }

  private mutating func appendTarget(_ target: RequestTarget, of head: Span<UInt8>) {
    if target.form == .asterisk {
      append("*")
      return
    }
    if target.path.isEmpty { append("/") } else { append(head.extracting(target.path)) }
    guard let query = target.query else { return }
    append("?")
    append(head.extracting(query))
  }
}
