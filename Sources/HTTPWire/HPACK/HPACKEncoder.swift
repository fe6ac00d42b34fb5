/// Encodes the heads of answers, given as HTTP/1.1 lines, for one connection (RFC 7541, 6). A line that has been seen
/// before goes into the table and is one byte from then on; lines that differ from answer to answer never get there.
/// Strings are not Huffman-coded: that would cost more than the bytes it saves.
package struct HPACKEncoder: Sendable {
  private struct Slot {
    var hash: UInt32 = 0
    /// The number of the table's insertion, as far as it fits; 0 when the line was only seen.
    var serial: UInt32 = 0
  }

  private static let slotCount = 64

  private var table = HPACKDynamicTable(capacity: HPACKDecoder.tableSize)
  /// Lines by hash, at most one for each place; empty until the first answer.
  private var slots: [Slot] = []
  /// A change of the table's bound that the peer has not been told.
  private var pendingCapacity: Int?
  private var smallestCapacity: Int?

  package init() {}

  /// What both sides remember, as both count it.
  var tableBytes: Int { table.size }

  /// The peer's SETTINGS_HEADER_TABLE_SIZE; more than we want to remember is not used.
  package mutating func setPeerTableSize(_ size: Int) {
    let capacity = min(size, HPACKDecoder.tableSize)
    guard capacity != pendingCapacity ?? table.capacity else { return }
    smallestCapacity = min(smallestCapacity ?? capacity, capacity)
    pendingCapacity = capacity
  }

  /// The most that the block of a head of so many bytes may take.
  package static func bound(_ headLength: Int) -> Int { headLength &* 2 &+ 64 }

  /// Encodes a head: status line, then field lines up to the end or an empty line. Fields of an HTTP/1.1 connection
  /// are left out (RFC 9113, 8.2.2).
  package mutating func encode(head: Span<UInt8>, into writer: inout ByteWriter) {
    announceCapacity(into: &writer)
    writeStatus(head, into: &writer)
    encode(lines: head, from: head.firstControlByte(from: 0) &+ 2, into: &writer)
  }

  /// Encodes a trailer section: field lines up to the end or an empty line.
  package mutating func encode(trailers: Span<UInt8>, into writer: inout ByteWriter) {
    announceCapacity(into: &writer)
    encode(lines: trailers, from: 0, into: &writer)
  }

  private mutating func encode(lines: Span<UInt8>, from start: Int, into writer: inout ByteWriter) {
    if slots.isEmpty { slots = [Slot](repeating: Slot(), count: Self.slotCount) }
    var line = start
    while line < lines.count {
      let end = lines.firstControlByte(from: line)
      if end == line { return }
      encode(line: lines.extracting(line..<end), into: &writer)
      line = end &+ 2
    }
  }

  private mutating func announceCapacity(into writer: inout ByteWriter) {
    guard let capacity = pendingCapacity else { return }
    // The smallest bound in between must be told too (RFC 7541, 4.2).
    if let smallest = smallestCapacity, smallest < capacity {
      table.setCapacity(smallest)
      HPACKInteger.write(smallest, bits: 5, pattern: 0x20, into: &writer)
    }
    table.setCapacity(capacity)
    HPACKInteger.write(capacity, bits: 5, pattern: 0x20, into: &writer)
    pendingCapacity = nil
    smallestCapacity = nil
  }

  private func writeStatus(_ head: Span<UInt8>, into writer: inout ByteWriter) {
    var status = 0
    for index in 9..<12 { status = status &* 10 &+ Int(head[index] &- 0x30) }
    let index = HPACKStaticTable.index(ofStatus: status)
    if index != 0 {
      writer.append(0x80 | UInt8(truncatingIfNeeded: index))
    } else {
      writer.append(0x08)
      writer.append(0x03)
      writer.append(head.extracting(9..<12))
    }
  }

  @inline(__always)
  private mutating func encode(line: Span<UInt8>, into writer: inout ByteWriter) {
    let hash = Self.hash(line)
    let place = Int(hash % UInt32(Self.slotCount))
    let slot = slots[place]
    if slot.hash == hash, let index = liveIndex(slot.serial), isEntry(index, line) {
      HPACKInteger.write(HPACKStaticTable.count &+ 1 &+ index, bits: 7, pattern: 0x80, into: &writer)
    } else {
      encodeLiteral(line, hash, place, into: &writer)
    }
  }

  private func liveIndex(_ serial: UInt32) -> Int? {
    let index = Int(UInt32(truncatingIfNeeded: table.inserted) &- serial)
    return serial > 0 && index < table.count ? index : nil
  }

  private func isEntry(_ index: Int, _ line: Span<UInt8>) -> Bool {
    let entry = table[index]
    guard entry.length == line.count else { return false }
    let own = table.bytes.span.extracting(entry.start..<entry.start &+ entry.length)
    return own.isEqual(to: line)
  }

  private mutating func encodeLiteral(
    _ line: Span<UInt8>, _ hash: UInt32, _ place: Int, into writer: inout ByteWriter
  ) {
    var colon = 0
    while colon < line.count, line[colon] != UInt8(ascii: ":") { colon &+= 1 }
    guard colon > 0, colon < line.count else { return }
    let name = FieldName(line, 0..<colon)
    let value = line.trimmed(colon &+ 1..<line.count)
    if Self.isOfConnection(name) { return }
    let index = HPACKStaticTable.index(of: name)
    if name == .setCookie {
      // Never to be remembered by anybody on the way (RFC 7541, 7.1.3).
      HPACKInteger.write(index, bits: 4, pattern: 0x10, into: &writer)
    } else if remember(line, colon, colon &+ value.count &+ 32, hash, place) {
      HPACKInteger.write(index, bits: 6, pattern: 0x40, into: &writer)
    } else {
      HPACKInteger.write(index, bits: 4, pattern: 0x00, into: &writer)
    }
    if index == 0 { Self.write(name: line.extracting(0..<colon), into: &writer) }
    HPACKInteger.write(value.count, bits: 7, pattern: 0x00, into: &writer)
    writer.append(line.extracting(value))
  }

  /// At the second sight the line goes into the table; true when it is there.
  private mutating func remember(
    _ line: Span<UInt8>, _ nameLength: Int, _ size: Int, _ hash: UInt32, _ place: Int
  ) -> Bool {
    let slot = slots[place]
    if slot.hash == hash, slot.serial == 0 || liveIndex(slot.serial) == nil, size &* 4 <= table.capacity {
      guard table.insert(line, nameLength: nameLength, size: size) else { return false }
      slots[place].serial = UInt32(truncatingIfNeeded: table.inserted)
      return true
    }
    // A line in use keeps its place.
    if liveIndex(slot.serial) == nil { slots[place] = Slot(hash: hash, serial: 0) }
    return false
  }

  private static func isOfConnection(_ name: FieldName) -> Bool {
    switch name {
    case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade: true
    default: false
    }
  }

  private static func write(name: Span<UInt8>, into writer: inout ByteWriter) {
    HPACKInteger.write(name.count, bits: 7, pattern: 0x00, into: &writer)
    for index in 0..<name.count { writer.append(lowercased(name[index])) }
  }

  /// Eight bytes at a time; who makes two lines collide makes one of them a few bytes longer.
  @inline(__always)
  private static func hash(_ line: Span<UInt8>) -> UInt32 {
    let bytes = unsafe line.bytes
    var hash = UInt64(truncatingIfNeeded: line.count) &* 0x9E37_79B9_7F4A_7C15
    var index = 0
    while index &+ 8 <= line.count {
      hash ^= unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      hash = (hash ^ hash &>> 29) &* 0xBF58_476D_1CE4_E5B9
      index &+= 8
    }
    while index < line.count {
      hash = (hash ^ UInt64(line[index])) &* 0xBF58_476D_1CE4_E5B9
      index &+= 1
    }
    return UInt32(truncatingIfNeeded: hash &>> 32) | 1
  }
}

extension Span<UInt8> {
  fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    let (left, right) = unsafe (bytes, other.bytes)
    var index = 0
    while index &+ 8 <= count {
      let one = unsafe left.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      let two = unsafe right.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      if one != two { return false }
      index &+= 8
    }
    while index < count {
      if self[index] != other[index] { return false }
      index &+= 1
    }
    return true
  }
}
