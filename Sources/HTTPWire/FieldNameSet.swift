/// A set of recognised header names: one word, so that dropping some costs one test a line.
package struct FieldNameSet: OptionSet, Sendable {
  package let rawValue: UInt64

  @inlinable @inline(__always)
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package init(_ names: FieldName...) {
    rawValue = names.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  @inlinable @inline(__always)
  package func contains(_ name: FieldName) -> Bool { (rawValue &>> UInt64(name.rawValue)) & 1 != 0 }

  /// No name. A literal of none would be made anew by the library's generic code for every head.
  package static var none: FieldNameSet {
    @inlinable @inline(__always) get { FieldNameSet(rawValue: 0) }
  }

  /// All that ``FieldName/isHopByHop`` names.
  package static let hopByHop = FieldNameSet(where: \.isHopByHop)
  /// All that ``FieldName/isIdentity`` names.
  package static let identity = FieldNameSet(where: \.isIdentity)

  private init(where matches: (FieldName) -> Bool) {
    rawValue = FieldName.allCases.filter(matches).reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }
}
