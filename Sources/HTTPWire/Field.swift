/// One field line of a head as offsets into it. Heads are at most 65,535 bytes, so that a line takes ten bytes.
package struct Field: Sendable {
  package internal(set) var name: FieldName
  /// Named by Connection, hence of this connection only.
  package internal(set) var isNominated: Bool
  let nameStart: UInt16
  let nameEnd: UInt16
  let valueStart: UInt16
  let valueEnd: UInt16

  @inline(__always)
  init(name: FieldName, nameRange: Range<Int>, valueRange: Range<Int>) {
    self.name = name
    isNominated = false
    nameStart = UInt16(truncatingIfNeeded: nameRange.lowerBound)
    nameEnd = UInt16(truncatingIfNeeded: nameRange.upperBound)
    valueStart = UInt16(truncatingIfNeeded: valueRange.lowerBound)
    valueEnd = UInt16(truncatingIfNeeded: valueRange.upperBound)
  }

  /// Where the name stands in the head; the line starts there too.
  @inline(__always)
  package var nameRange: Range<Int> { Int(nameStart)..<Int(nameEnd) }
  /// The value without white space around it.
  @inline(__always)
  package var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}
