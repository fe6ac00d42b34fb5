extension JSONValue {
  /// Parses one whole document, strictly by RFC 8259: no comments, no trailing commas, no duplicate keys.
  package init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
    try self.init(parsing: bytes.span, limits: limits)
  }

  package init(parsing bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError) {
    self = try unsafe bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      var parser = unsafe JSONParser(bytes: buffer, limits: limits)
      return try parser.document()
    }
  }
}

/// Recursive descent over the bytes in place; depth is bounded by the limits, so the stack is too.
/// It lives only inside `withUnsafeBufferPointer` above (a span cannot be stored yet), and reads through
/// `byte(at:)`, whose callers have compared the index with `count`.
@safe private struct JSONParser {
  private let buffer: UnsafeBufferPointer<UInt8>
  private let limits: JSONLimits
  private let count: Int
  private var index = 0

  init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
    unsafe self.buffer = bytes
    self.limits = limits
    self.count = bytes.count
  }

  private func byte(at offset: Int) -> UInt8 {
    assert(offset < count)
    return unsafe buffer[offset]
  }

  mutating func document() throws(JSONError) -> JSONValue {
    skipSpace()
    if index == count { throw failure(.empty) }
    let value = try value(depth: 0)
    skipSpace()
    if index < count { throw failure(.trailingBytes) }
    return value
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw failure(.unexpectedByte)
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    try enter(depth)
    var members: [JSONObject.Member] = []
    var keys: Set<String> = []
    if try closes(UInt8(ascii: "}")) { return JSONObject() }
    while true {
      let keyOffset = index
      guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      let key = try string()
      skipSpace()
      try expect(UInt8(ascii: ":"))
      skipSpace()
      // A linear look is quicker than hashing for the small objects that people send.
      let known = members.count < 16 ? members.contains { $0.key == key } : keys.contains(key)
      if known { throw JSONError(reason: .duplicateKey(key), offset: keyOffset) }
      if members.count == 15 { keys = Set(members.map(\.key)) }
      if members.count >= 15 { keys.insert(key) }
      members.append(.init(key: key, value: try value(depth: depth)))
      if members.count > limits.members { throw failure(.tooManyMembers(limit: limits.members)) }
      if try separatorOrEnd(UInt8(ascii: "}")) { return JSONObject(members) }
    }
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
    try enter(depth)
    var elements: [JSONValue] = []
    if try closes(UInt8(ascii: "]")) { return [] }
    while true {
      elements.append(try value(depth: depth))
      if elements.count > limits.members { throw failure(.tooManyMembers(limit: limits.members)) }
      if try separatorOrEnd(UInt8(ascii: "]")) { return elements }
    }
  }

  private mutating func enter(_ depth: Int) throws(JSONError) {
    if depth > limits.depth { throw failure(.tooDeep(limit: limits.depth)) }
    index += 1
    skipSpace()
  }

  private mutating func closes(_ end: UInt8) throws(JSONError) -> Bool {
    guard try peek() == end else { return false }
    index += 1
    return true
  }

  private mutating func separatorOrEnd(_ end: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    let byte = try peek()
    index += 1
    if byte == end { return true }
    guard byte == UInt8(ascii: ",") else {
      index -= 1
      throw failure(.unexpectedByte)
    }
    skipSpace()
    return false
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    index += 1
    let start = index
    while index < count {
      let byte = byte(at: index)
      if byte == UInt8(ascii: "\"") {
        let text = try text(start..<index)
        index += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      if byte < 0x20 { throw failure(.controlByteInString) }
      index += 1
    }
    throw failure(.unexpectedEnd)
  }

  private func text(_ range: Range<Int>) throws(JSONError) -> String {
    do {
      return String(copying: try unsafe UTF8Span(validating: buffer.span.extracting(range)))
    } catch {
      throw JSONError(reason: .invalidUTF8, offset: range.lowerBound)
    }
  }

  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var unescaped: [UInt8] = []
    unescaped.reserveCapacity(index - start + 32)
    for offset in start..<index { unescaped.append(byte(at: offset)) }
    while index < count {
      let byte = byte(at: index)
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        do { return String(copying: try UTF8Span(validating: unescaped.span)) } catch {
          throw JSONError(reason: .invalidUTF8, offset: start)
        }
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20: throw failure(.controlByteInString)
      default:
        unescaped.append(byte)
        index += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
    guard index + 1 < count else { throw failure(.unexpectedEnd) }
    let plain: UInt8
    switch byte(at: index + 1) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = byte(at: index + 1)
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "u"): return try unicodeEscape(into: &unescaped)
    default: throw failure(.badEscape)
    }
    unescaped.append(plain)
    index += 2
  }

  private mutating func unicodeEscape(into unescaped: inout [UInt8]) throws(JSONError) {
    let escapeOffset = index
    var code = UInt32(try hexUnit(at: index + 2))
    index += 6
    if code == 0 { throw JSONError(reason: .nulInString, offset: escapeOffset) }
    if 0xD800..<0xDC00 ~= code, index + 1 < count, byte(at: index) == UInt8(ascii: "\\"),
      byte(at: index + 1) == UInt8(ascii: "u")
    {
      let low = UInt32(try hexUnit(at: index + 2))
      guard 0xDC00..<0xE000 ~= low else { throw JSONError(reason: .loneSurrogate, offset: escapeOffset) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      index += 6
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw JSONError(reason: .loneSurrogate, offset: escapeOffset)
    }
    unescaped.append(contentsOf: String(scalar).utf8)
  }

  private func hexUnit(at offset: Int) throws(JSONError) -> UInt16 {
    guard offset + 4 <= count else { throw failure(.unexpectedEnd) }
    var unit: UInt16 = 0
    for position in offset..<offset + 4 {
      let digit: UInt8
      switch byte(at: position) {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte(at: position) - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte(at: position) - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte(at: position) - UInt8(ascii: "A") + 10
      default: throw JSONError(reason: .badEscape, offset: position)
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  // MARK: Numbers and literals

  /// int = [ minus ] ( zero / 1-9 *DIGIT ), then an optional fraction and exponent (RFC 8259 section 6).
  private mutating func number() throws(JSONError) -> JSONValue {
    let start = index
    let negative = byte(at: index) == UInt8(ascii: "-")
    if negative { index += 1 }
    let firstDigit = index
    try digits()
    if byte(at: firstDigit) == UInt8(ascii: "0"), index > firstDigit + 1 {
      throw JSONError(reason: .badNumber, offset: start)
    }
    var isWhole = true
    if index < count, byte(at: index) == UInt8(ascii: ".") {
      isWhole = false
      index += 1
      try digits()
    }
    if index < count, byte(at: index) | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      index += 1
      if index < count, byte(at: index) == UInt8(ascii: "+") || byte(at: index) == UInt8(ascii: "-") {
        index += 1
      }
      try digits()
    }
    guard index - start <= 64 else { throw JSONError(reason: .numberTooLarge, offset: start) }
    let text = try text(start..<index)
    if isWhole, let whole = Int(text) { return .int(whole) }
    guard let fraction = Double(text), fraction.isFinite else {
      throw JSONError(reason: .numberTooLarge, offset: start)
    }
    return .double(fraction)
  }

  private mutating func digits() throws(JSONError) {
    let start = index
    while index < count, 0x30...0x39 ~= byte(at: index) { index += 1 }
    if index == start { throw failure(.badNumber) }
  }

  private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    let length = word.utf8CodeUnitCount
    guard index + length <= count else { throw failure(.unexpectedEnd) }
    for offset in 0..<length where unsafe byte(at: index + offset) != word.utf8Start[offset] {
      throw failure(.unexpectedByte)
    }
    index += length
    return value
  }

  // MARK: Bytes

  private mutating func skipSpace() {
    while index < count {
      switch byte(at: index) {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private func peek() throws(JSONError) -> UInt8 {
    guard index < count else { throw failure(.unexpectedEnd) }
    return byte(at: index)
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard try peek() == byte else { throw failure(.unexpectedByte) }
    index += 1
  }

  private func failure(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: index) }
}
