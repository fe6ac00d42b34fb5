/// The field lines of one head and what they say about framing and connection. Owns its table, which is
/// allocated once and used for message after message; it belongs to one event loop.
@safe
package struct HeaderFields: ~Copyable {
  @usableFromInline let table: UnsafeMutableBufferPointer<Field>
  private let capacity: Int
  /// Number of field lines, never over `capacity`.
  @usableFromInline package internal(set) var count = 0
  /// Bit per ``FieldName`` that occurs.
  @usableFromInline var seen: UInt64 = 0
  /// Bit per ``FieldName`` that occurs more than once.
  @usableFromInline var repeated: UInt64 = 0

  /// Where the empty line that ends the section begins.
  private(set) var sectionEnd = 0

  package private(set) var contentLength: Int?
  /// The length is right, but not to every parser: it begins with a zero that it does not need, which some take for
  /// octal, or has tabs around it, which some take for a part of it. It is to be written anew.
  package private(set) var isContentLengthPadded = false
  package private(set) var isChunked = false
  /// What is wrong with Transfer-Encoding. It is told at the end of the section, because a length beside it is the
  /// worse mistake, wherever it stands.
  private var transferEncodingError: HTTPWireError?
  package private(set) var connection = ConnectionOptions()

  init(capacity: Int) {
    self.capacity = capacity
    unsafe table = .allocate(capacity: capacity)
  }

  deinit { unsafe table.deallocate() }

  package subscript(index: Int) -> Field {
    @inlinable @inline(__always)
    get {
      precondition(index >= 0 && index < count)
      return unsafe table[index]
    }
  }

  /// The line at `index` with its CR LF.
  package func line(_ index: Int) -> Range<Int> {
    let end = index &+ 1 < count ? self[index &+ 1].nameRange.lowerBound : sectionEnd
    return self[index].nameRange.lowerBound..<end
  }

  /// The value of the first field of that name, as a range of the head.
  @inlinable
  package func value(_ name: FieldName) -> Range<Int>? {
    // Most names that are looked for are not there: the caller finds out by itself.
    contains(name) ? index(of: name).map { self[$0].valueRange } : nil
  }

  package func index(of name: FieldName) -> Int? {
    guard contains(name) else { return nil }
    return (0..<count).first { self[$0].name == name }
  }

  @inlinable @inline(__always)
  package func contains(_ name: FieldName) -> Bool { seen & (1 &<< UInt64(name.rawValue)) != 0 }

  /// Whether the field occurs on more than one line.
  @inlinable @inline(__always)
  package func isRepeated(_ name: FieldName) -> Bool { repeated & (1 &<< UInt64(name.rawValue)) != 0 }

  /// Reads the section that starts at `start`; returns the index after its empty line, nil when it has not
  /// arrived whole.
  mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, limits: HeadLimits
  ) throws(HTTPWireError) -> Int? {
    reset()
    var position = start
    while true {
      switch try FieldLine.read(bytes, at: position) {
      case .incomplete:
        if bytes.count &- position > limits.fieldLine { throw .fieldTooLong }
        if bytes.count > limits.head { throw .headTooLarge }
        return nil
      case .end(let next):
        if next > limits.head { throw .headTooLarge }
        if let transferEncodingError {
          throw contentLength == nil ? transferEncodingError : .contentLengthWithTransferEncoding
        }
        if connection.hasNominations { try nominate(bytes) }
        sectionEnd = next &- 2
        return next
      case .field(let field, let next):
        if next &- position > limits.fieldLine { throw .fieldTooLong }
        if next > limits.head { throw .headTooLarge }
        try add(field, bytes)
        if field.name == .contentLength, hasTabs(bytes, field, lineEnd: next &- 2) {
          isContentLengthPadded = true
        }
        position = next
      }
    }
  }

  /// Whether tabs stand on the line: beside its number, which has none.
  private func hasTabs(_ bytes: Span<UInt8>, _ field: Field, lineEnd: Int) -> Bool {
    (field.nameRange.upperBound..<lineEnd).contains { bytes[$0] == 0x09 }
  }

  private mutating func reset() {
    count = 0
    seen = 0
    repeated = 0
    contentLength = nil
    isContentLengthPadded = false
    isChunked = false
    transferEncodingError = nil
    connection = ConnectionOptions()
  }

  @inline(__always)
  private mutating func add(
    _ field: Field, _ bytes: Span<UInt8>
  ) throws(HTTPWireError) {
    guard count < capacity else { throw .tooManyFields }
    unsafe table.initializeElement(at: count, to: field)
    count &+= 1
    guard field.name != .other else { return }
    let bit: UInt64 = 1 &<< UInt64(field.name.rawValue)
    repeated |= seen & bit
    seen |= bit
    switch field.name {
    case .contentLength: try readContentLength(bytes, field.valueRange)
    case .transferEncoding: readTransferEncoding(bytes, field.valueRange)
    case .connection: try connection.add(bytes, field.valueRange)
    default: break
    }
  }

  /// Another digit still fits.
  private static let lengthLimit = 100_000_000_000_000_000

  /// One number and nothing else: a list, even of equal numbers, is refused (RFC 9112, 6.3).
  private mutating func readContentLength(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(HTTPWireError) {
    guard contentLength == nil else { throw .repeatedContentLength }
    guard !range.isEmpty else { throw .invalidContentLength }
    isContentLengthPadded = range.count > 1 && bytes[range.lowerBound] == UInt8(ascii: "0")
    var length = 0
    for index in range {
      guard length < Self.lengthLimit else { throw .invalidContentLength }
      guard isDigit(bytes[index]) else { throw .invalidContentLength }
      length = length &* 10 &+ Int(bytes[index] &- 0x30)
    }
    contentLength = length
  }

  /// One final "chunked"; any other coding is 501 (RFC 9112, 6.1).
  private mutating func readTransferEncoding(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    if !range.isEmpty, !bytes.equalsIgnoringCase("chunked", at: range) {
      transferEncodingError = .unsupportedTransferCoding
    } else if range.isEmpty || isChunked {
      transferEncodingError = transferEncodingError ?? .invalidTransferEncoding
    } else {
      isChunked = true
    }
  }

  /// Marks the fields that Connection names, so that they are not forwarded. Naming one that we act on would
  /// let a client take it away from upstream, and is refused.
  private mutating func nominate(_ bytes: Span<UInt8>) throws(HTTPWireError) {
    for line in 0..<count where self[line].name == .connection {
      var options = ListElements(self[line].valueRange)
      while let option = options.next(in: bytes) {
        let name = FieldName(bytes, option)
        guard name == .other || name.isHopByHop else { throw .invalidConnectionOption }
        guard name == .other, !ConnectionOptions.isKnown(bytes, option) else { continue }
        for index in 0..<count where bytes.equalsIgnoringCase(option, at: self[index].nameRange) {
          unsafe table[index].isNominated = true
        }
      }
    }
  }
}
