import CPostgres

/// The arrays that libpq wants for the parameters of a call, kept and refilled so that no call allocates.
@safe
struct LibpqParameters {
  private(set) var types: [Oid] = []
  private(set) var values: [UnsafePointer<CChar>?] = unsafe []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []

  var count: Int32 { Int32(truncatingIfNeeded: types.count) }

  /// Points the arrays into `parameters` for as long as `body` runs.
  mutating func load<R>(_ parameters: PostgresParameters, _ body: (borrowing Self) -> R) -> R {
    types.removeAll(keepingCapacity: true)
    unsafe values.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
    return unsafe parameters.bytes.withUnsafeBytes { bytes in
      unsafe fill(from: bytes, count: parameters.count)
      return body(self)
    }
  }

  private mutating func fill(from bytes: UnsafeRawBufferPointer, count: Int) {
    var offset = 0
    for _ in 0..<count {
      let format = unsafe Self.word(bytes, offset + 4)
      let length = Int32(bitPattern: unsafe Self.word(bytes, offset + 8))
      types.append(unsafe Self.word(bytes, offset))
      formats.append(Int32(bitPattern: format))
      offset += PostgresParameters.headerSize
      guard length >= 0 else {
        unsafe values.append(nil)
        lengths.append(0)
        continue
      }
      unsafe values.append(Self.pointer(bytes, offset))
      lengths.append(length)
      offset += Int(length) + (format == 0 ? 1 : 0)
    }
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt32 {
    UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// An empty value at the very end still needs an address: nil would mean NULL.
  private static func pointer(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UnsafePointer<CChar>? {
    unsafe bytes.baseAddress.map { unsafe ($0 + offset).assumingMemoryBound(to: CChar.self) }
  }
}
