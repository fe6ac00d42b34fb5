extension RawSpan {
  /// A whole number, most significant byte first; throws `.decode` when the bytes end before it does.
  func integer<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type = T.self, at offset: Int = 0
  ) throws(PostgresError) -> T {
    guard offset >= 0, byteCount - offset >= MemoryLayout<T>.size else { throw .decode("value is cut short") }
    return T(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// A counted part: its bounds as offsets, nil for a NULL (length -1).
  func counted(at offset: inout Int) throws(PostgresError) -> Range<Int>? {
    let length = Int(try integer(Int32.self, at: offset))
    offset += 4
    guard length >= 0 else { return nil }
    guard length <= byteCount - offset else { throw .decode("value is cut short") }
    defer { offset += length }
    return offset..<offset + length
  }

  var string: String {
    unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }

  var array: [UInt8] {
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
