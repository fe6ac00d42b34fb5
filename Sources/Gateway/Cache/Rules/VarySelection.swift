package import HTTPWire

/// Which fields of a request an answer depends on, and what they were (RFC 9111, section 4.1).
package struct VarySelection: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    /// In lower case.
    package let name: [UInt8]
    /// Nil when the request had no such field.
    package let value: [UInt8]?
  }

  package let members: [Member]

  package static let none = VarySelection(members: [])
  private static let limit = 16

  init(members: [Member]) { self.members = members }

  /// The names in the Vary lines of a response, sorted. Nil when nothing can be selected by: `*`, more names than
  /// are plausible, what is no name, or a field that the upstream got from us and not from the client.
  package static func names(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> [[UInt8]]? {
    guard fields.contains(.vary) else { return [] }
    var names: [[UInt8]] = []
    for index in 0..<fields.count where fields[index].name == .vary {
      var list = DirectiveList(fields[index].valueRange)
      while let element = list.nextElement(in: bytes) {
        guard names.count < limit, FieldName.isPossible(bytes, element) else { return nil }
        let name = FieldName(bytes, element)
        if bytes.extracting(element).equals("*") || isOurs(name) { return nil }
        names.append(bytes.extracting(element).bytes.map(\.lowercasedASCII))
      }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// Scheme and host are part of every key.
  private static func isOurs(_ name: FieldName) -> Bool {
    switch name {
    case .xForwardedProto, .xForwardedHost, .host: false
    case .via, .xRequestId, .traceparent, .tracestate: true
    default: name.isIdentity || name.isHopByHop
    }
  }

  /// What the fields of these names are in a request.
  package init(_ names: [[UInt8]], of fields: borrowing HeaderFields, in bytes: Span<UInt8>) {
    var members: [Member] = []
    for name in names { members.append(Member(name: name, value: Self.value(name, of: fields, in: bytes))) }
    self.members = members
  }

  package var names: [[UInt8]] { members.map(\.name) }

  /// Whether a request has the same fields.
  package func matches(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> Bool {
    for member in members where Self.value(member.name, of: fields, in: bytes) != member.value {
      return false
    }
    return true
  }

  /// A word for the values, to tell crowds of different variants apart.
  package func hash(into seed: UInt64) -> UInt64 {
    var hasher = Hasher()
    for member in members {
      hasher.combine(member.name)
      hasher.combine(member.value)
    }
    return members.isEmpty ? seed : seed ^ UInt64(truncatingIfNeeded: hasher.finalize())
  }

  /// All lines of the name as one list without white space around its elements (section 4.1 allows both).
  private static func value(
    _ name: [UInt8], of fields: borrowing HeaderFields, in bytes: Span<UInt8>
  ) -> [UInt8]? {
    var value: [UInt8]?
    for index in 0..<fields.count where isNamed(name, fields[index].nameRange, in: bytes) {
      var list = DirectiveList(fields[index].valueRange)
      var joined = value ?? []
      while let element = list.nextElement(in: bytes) {
        if !joined.isEmpty { joined.append(UInt8(ascii: ",")) }
        joined += bytes.extracting(element).bytes
      }
      value = joined
    }
    guard name.span.equals("accept-language") || name.span.equals("accept-encoding") else { return value }
    return value?.map(\.lowercasedASCII)
  }

  private static func isNamed(_ name: [UInt8], _ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard range.count == name.count else { return false }
    for offset in 0..<name.count where bytes[range.lowerBound + offset].lowercasedASCII != name[offset] {
      return false
    }
    return true
  }
}
