package import HTTPWire

/// The times in a response head, from which age and freshness follow (RFC 9111, sections 4.2.1 and 4.2.3).
package struct ResponseDates: Equatable {
  /// Seconds between its making and its arrival, by the worse of two measures.
  package let initialAge: Int
  /// Expires after Date; zero for one that cannot be read, nil without Expires.
  package let explicitLifetime: Int?
  /// Seconds between Last-Modified and Date.
  package let unchangedSeconds: Int?

  package init(
    _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, _ circumstances: StoreRule.Circumstances
  ) {
    let arrived = circumstances.arrived / 1_000
    func date(_ name: FieldName) -> Int? {
      fields.value(name).flatMap { HTTPDate.seconds($0, in: bytes, near: arrived, .anyCase) }
    }
    let made = date(.date) ?? arrived
    let delay = max(0, circumstances.arrived - circumstances.asked) / 1_000
    initialAge = max(max(0, arrived - made), Self.age(fields, in: bytes) + delay)
    if !fields.contains(.expires) {
      explicitLifetime = nil
    } else if fields.isRepeated(.expires) {
      explicitLifetime = 0
    } else {
      explicitLifetime = date(.expires).map { max(0, min($0 - made, DeltaSeconds.ceiling)) } ?? 0
    }
    unchangedSeconds = date(.lastModified).map { max(0, made - $0) }
  }

  /// The first element of the first Age; one that is no number counts for nothing (section 5.1).
  private static func age(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> Int {
    guard let value = fields.value(.age) else { return 0 }
    let end = bytes.firstIndex(of: UInt8(ascii: ","), in: value) ?? value.upperBound
    return DeltaSeconds.parse(bytes.trimmed(value.lowerBound..<end), in: bytes) ?? 0
  }
}
