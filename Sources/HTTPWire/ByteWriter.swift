/// Writes a head into memory that somebody else owns and that must outlive this value. Writing over the end
/// traps: the caller reserves enough.
@safe
package struct ByteWriter: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer
  /// Bytes written.
  package private(set) var count = 0

  package init(_ memory: UnsafeMutableRawBufferPointer) {
    unsafe self.memory = unsafe memory
  }

  @inline(__always)
  package mutating func append(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    precondition(unsafe length <= memory.count &- count)
    unsafe (memory.baseAddress! + count).copyMemory(from: text.utf8Start, byteCount: length)
    count &+= length
  }

  @inline(__always)
  package mutating func append(_ bytes: Span<UInt8>) {
    let room = unsafe memory.count &- count
    precondition(bytes.count <= room)
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe (memory.baseAddress! + count).copyMemory(from: start, byteCount: source.count)
    }
    count &+= bytes.count
  }

  package mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    precondition(unsafe count < memory.count)
    unsafe memory[count] = byte
    count &+= 1
  }

  /// Writes a number in decimal; it is not negative.
  package mutating func append(decimal value: Int) {
    precondition(value >= 0)
    var divisor = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(truncatingIfNeeded: value / divisor % 10) &+ 0x30)
      divisor /= 10
    }
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
