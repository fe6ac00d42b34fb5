/// Decodes the field blocks of one connection, in their order (RFC 7541, 3.2).
package struct HPACKDecoder: Sendable {
  /// What SETTINGS_HEADER_TABLE_SIZE says: we leave it at its default.
  package static let tableSize = 4_096

  private var table = HPACKDynamicTable(capacity: tableSize)

  package init() {}

  /// What the peer has made us remember, as both count it.
  var tableBytes: Int { table.size }

  /// Decodes a whole block. Fields over the list's bounds are counted, not kept, and the tables follow all of it.
  package mutating func decode(
    _ block: Span<UInt8>, into fields: inout HTTP2FieldList
  ) throws(HPACKError) {
    fields.removeAll()
    var position = 0
    var mayResize = true
    while position < block.count {
      let byte = block[position]
      if byte & 0x80 != 0 {
        let index = try HPACKInteger.read(block, at: &position, bits: 7)
        try copy(index, isNeeded: fields.overflow == nil, into: &fields)
      } else if byte & 0xE0 == 0x20 {
        let size = try HPACKInteger.read(block, at: &position, bits: 5)
        guard mayResize, size <= Self.tableSize else { throw .tableSize }
        table.setCapacity(size)
        continue
      } else {
        try readLiteral(block, at: &position, isKept: byte & 0x40 != 0, into: &fields)
      }
      mayResize = false
      fields.commit()
    }
  }

  /// - Parameter isNeeded: false when nothing is kept any more; a byte that stands for thousands then costs little.
  private func copy(
    _ index: Int, isNeeded: Bool = true, into fields: inout HTTP2FieldList
  ) throws(HPACKError) {
    if index > HPACKStaticTable.count {
      guard index - HPACKStaticTable.count <= table.count else { throw .index }
      guard isNeeded else { return }
      let entry = table[index - HPACKStaticTable.count - 1]
      fields.append(table.bytes, entry.start, entry.length, nameLength: entry.nameLength)
    } else {
      guard index > 0 else { throw .index }
      fields.appendStatic(index - 1)
    }
  }

  /// A field with a name by index or by itself, and a value (RFC 7541, 6.2).
  private mutating func readLiteral(
    _ block: Span<UInt8>, at position: inout Int, isKept: Bool, into fields: inout HTTP2FieldList
  ) throws(HPACKError) {
    let index = try HPACKInteger.read(block, at: &position, bits: isKept ? 6 : 4)
    if index == 0 {
      try readString(block, at: &position, into: &fields)
      fields.endName()
    } else {
      try copy(index, isNeeded: isKept || fields.overflow == nil, into: &fields)
      fields.keepNameOnly()
    }
    try readString(block, at: &position, into: &fields)
    guard isKept else { return }
    fields.withPending { bytes, nameLength in
      _ = table.insert(bytes, nameLength: nameLength, size: bytes.count &+ 32)
    }
  }

  private func readString(
    _ block: Span<UInt8>, at position: inout Int, into fields: inout HTTP2FieldList
  ) throws(HPACKError) {
    guard position < block.count else { throw .truncated }
    let isCoded = block[position] & 0x80 != 0
    let length = try HPACKInteger.read(block, at: &position, bits: 7)
    guard length <= block.count &- position else { throw .truncated }
    let range = position..<position &+ length
    if isCoded { try fields.appendCoded(block, range) } else { fields.append(block, range) }
    position &+= length
  }
}
