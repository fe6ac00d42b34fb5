/// The parameters of one call, encoded by the caller's task into one run of bytes.
///
/// Each parameter is its type id, its format, its length (-1 for NULL) and its bytes; those in text format
/// are followed by the NUL that libpq looks for, which the length does not count.
package struct PostgresParameters: Sendable {
  enum Format: UInt8 {
    case text = 0
    case binary = 1
  }

  static let headerSize = 12

  private(set) var bytes: [UInt8] = []
  private(set) var count = 0
  /// Tells calls of one statement with other parameter types apart: FNV-1a over the type ids.
  private(set) var signature: UInt64 = 0xcbf2_9ce4_8422_2325

  private var lengthOffset = 0
}

extension PostgresParameters {
  static let none = PostgresParameters()

  init(_ values: [any PostgresEncodable]) throws(PostgresError) {
    // PQ_QUERY_PARAM_MAX_LIMIT: the protocol counts parameters in 16 bits.
    guard values.count <= 65535 else {
      throw PostgresError(.encode("more than 65535 parameters"), outcome: .notSent)
    }
    bytes.reserveCapacity(values.count * (Self.headerSize + 16))
    for value in values { try append(value) }
  }

  private mutating func append(_ value: some PostgresEncodable) throws(PostgresError) {
    let type = type(of: value).postgresType
    count += 1
    signature = (signature ^ UInt64(type.oid)) &* 0x0000_0100_0000_01b3
    lengthOffset = bytes.count + 8
    put([type.oid, UInt32(Format.binary.rawValue), 0])
    let start = bytes.count
    try value.encode(into: &self)
    guard !isNull else { return }
    let length = bytes.count - start
    guard length < 1 << 30 else {
      throw PostgresError(.encode("a parameter is larger than 1 GB"), outcome: .notSent)
    }
    patch(UInt32(length), at: lengthOffset)
    if isText { bytes.append(0) }
  }
}

extension PostgresParameters {
  /// A whole number, most significant byte first.
  mutating func put(_ value: some FixedWidthInteger) {
    // In one store: byte by byte costs twice as much, and `append(contentsOf:)` more.
    bytes.append(addingCapacity: value.bitWidth / 8) { output in
      unsafe output.withUnsafeMutableBufferPointer { room, count in
        let place = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(room)[count...])
        unsafe place.storeBytes(of: value.bigEndian, as: type(of: value))
        count += value.bitWidth / 8
      }
    }
  }

  /// Whole numbers of four bytes, with one look at the room.
  mutating func put<let count: Int>(_ words: InlineArray<count, UInt32>) {
    bytes.append(addingCapacity: 4 * count) { output in
      unsafe output.withUnsafeMutableBufferPointer { room, filled in
        let place = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(room)[filled...])
        for index in 0..<count {
          unsafe place.storeBytes(of: words[index].bigEndian, toByteOffset: 4 * index, as: UInt32.self)
        }
        filled += 4 * count
      }
    }
  }

  mutating func put(contentsOf values: some Collection<UInt8>) {
    bytes.append(contentsOf: values)
  }

  /// Text format: the server reads it as if it stood quoted in the statement.
  mutating func putText(_ text: some Collection<UInt8>) {
    bytes[lengthOffset - 1] = Format.text.rawValue
    bytes.append(contentsOf: text)
  }

  mutating func putNull() {
    patch(UInt32.max, at: lengthOffset)
  }

  /// Writes what `body` appends after its length, as elements of arrays and ranges are.
  mutating func putCounted(_ body: (inout Self) throws(PostgresError) -> Void) throws(PostgresError) {
    let at = bytes.count
    put(UInt32(0))
    try body(&self)
    patch(UInt32(truncatingIfNeeded: bytes.count - at - 4), at: at)
  }

  private var isNull: Bool { bytes[lengthOffset] == 0xff }
  private var isText: Bool { bytes[lengthOffset - 1] == Format.text.rawValue }

  private mutating func patch(_ value: UInt32, at offset: Int) {
    unsafe bytes.withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }
  }
}
