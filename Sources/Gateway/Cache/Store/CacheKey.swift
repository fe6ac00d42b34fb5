package import HTTPWire

/// What an answer is stored under: scheme, host in lower case and the target exactly as it was sent, path and query.
///
/// Two spellings of one path are two keys, for only the upstream knows whether it reads them as one; normalising here
/// what it does not normalise would let one client decide what another gets. The method is not in it: only answers to
/// GET are stored, and HEAD is answered from them. What else an answer depends on its Vary says.
package enum CacheKey {
  /// Longer ones are not stored.
  package static let limit = 4_096

  /// False when the request has no host to tell its answer by, or its key is too long.
  package static func write(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, isSecure: Bool, into key: inout [UInt8]
  ) -> Bool {
    key.removeAll(keepingCapacity: true)
    guard let host = head.host ?? head.target.authority, !host.isEmpty,
      host.count + head.target.range.count < limit
    else { return false }
    key.append(UInt8(ascii: isSecure ? "s" : "p"))
    for index in host { key.append(bytes[index].lowercasedASCII) }
    key.append(UInt8(ascii: " "))
    if head.target.path.isEmpty { key.append(UInt8(ascii: "/")) }
    append(bytes.extracting(head.target.path), to: &key)
    if let query = head.target.query {
      key.append(UInt8(ascii: "?"))
      append(bytes.extracting(query), to: &key)
    }
    return true
  }

  private static func append(_ bytes: Span<UInt8>, to key: inout [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer { unsafe key.append(contentsOf: $0) }
  }

  /// Two multiplications folded, eight bytes at a time, with seeds that nobody outside knows.
  package static func hash(_ key: Span<UInt8>, _ seeds: (UInt64, UInt64)) -> UInt64 {
    var hash = seeds.0 ^ UInt64(key.count)
    let raw: RawSpan = unsafe key.bytes
    var index = 0
    while index + 8 <= key.count {
      let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      hash = fold(hash ^ word, seeds.1 ^ 0x9E37_79B9_7F4A_7C15)
      index += 8
    }
    var rest: UInt64 = 0
    while index < key.count {
      rest = rest << 8 | UInt64(key[index])
      index += 1
    }
    return fold(hash ^ rest, 0xA076_1D64_78BD_642F)
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }
}
