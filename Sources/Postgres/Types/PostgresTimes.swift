package import Foundation

/// `timestamptz`, to the microsecond. `infinity` reads as `distantFuture`, `-infinity` as `distantPast`.
extension Date: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .timestamptz }

  /// 2000-01-01T00:00:00Z, from which the server counts, in seconds since 1970.
  private static let epoch: TimeInterval = 946_684_800
  /// What a `timestamptz` can hold: 4713 BC to 294276 AD, in microseconds.
  private static let range: ClosedRange<Double> = -211_813_488_000_000_000...9_223_371_331_198_999_552

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(try microseconds)
  }

  private var microseconds: Int64 {
    get throws(PostgresError) {
      if self == .distantFuture { return .max }
      if self == .distantPast { return .min }
      let value = ((timeIntervalSince1970 - Self.epoch) * 1_000_000).rounded()
      guard Self.range.contains(value) else { throw .encode("time is out of range") }
      return Int64(value)
    }
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    guard type == .timestamptz || type == .timestamp else { throw .mismatch(type, Date.self) }
    switch try bytes.integer(Int64.self) {
    case .max: self = .distantFuture
    case .min: self = .distantPast
    case let value:
      let (seconds, rest) = value.quotientAndRemainder(dividingBy: 1_000_000)
      self = Date(timeIntervalSince1970: Double(seconds) + Self.epoch + Double(rest) / 1_000_000)
    }
  }
}

/// `uuid`.
extension UUID: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .uuid }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    unsafe withUnsafeBytes(of: uuid) { unsafe parameters.put(contentsOf: $0) }
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    guard type == .uuid, bytes.byteCount == 16 else { throw .mismatch(type, UUID.self) }
    self = UUID(uuid: unsafe bytes.unsafeLoadUnaligned(as: uuid_t.self))
  }
}

/// `tstzrange`; a missing bound is unbounded.
package struct TimestampRange: PostgresEncodable, PostgresDecodable, Equatable {
  package let lower: Date?
  package let upper: Date?
  package let includesLower: Bool
  package let includesUpper: Bool
  /// Holds no moment at all; it has no bounds then.
  package let isEmpty: Bool

  // rangetypes.h
  private static let emptyFlag: UInt8 = 0x01
  private static let lowerInclusive: UInt8 = 0x02
  private static let upperInclusive: UInt8 = 0x04
  private static let lowerInfinite: UInt8 = 0x08
  private static let upperInfinite: UInt8 = 0x10

  /// `[lower, upper)` unless said otherwise.
  package init(lower: Date?, upper: Date?, includesLower: Bool = true, includesUpper: Bool = false) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower && lower != nil
    self.includesUpper = includesUpper && upper != nil
    self.isEmpty = false
  }

  package init(_ range: Range<Date>) {
    self.init(lower: range.lowerBound, upper: range.upperBound)
  }

  private init() {
    lower = nil
    upper = nil
    includesLower = false
    includesUpper = false
    isEmpty = true
  }

  package static let empty = TimestampRange()

  package static var postgresType: PostgresType { .tstzrange }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    guard !isEmpty else { return parameters.put(Self.emptyFlag) }
    var flags: UInt8 = 0
    if includesLower { flags |= Self.lowerInclusive }
    if includesUpper { flags |= Self.upperInclusive }
    if lower == nil { flags |= Self.lowerInfinite }
    if upper == nil { flags |= Self.upperInfinite }
    parameters.put(flags)
    for bound in [lower, upper] {
      guard let bound else { continue }
      try parameters.putCounted { (parameters) throws(PostgresError) in try bound.encode(into: &parameters) }
    }
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    guard type == .tstzrange else { throw .mismatch(type, TimestampRange.self) }
    let flags = try bytes.integer(UInt8.self)
    guard flags & Self.emptyFlag == 0 else {
      self.init()
      return
    }
    var offset = 1
    var bounds: [Date?] = [nil, nil]
    for (index, infinite) in [Self.lowerInfinite, Self.upperInfinite].enumerated() where flags & infinite == 0
    {
      guard let part = try bytes.counted(at: &offset) else { throw .decode("a range without its bound") }
      bounds[index] = try Date(postgres: bytes.extracting(part), type: .timestamptz)
    }
    self.init(
      lower: bounds[0], upper: bounds[1], includesLower: flags & Self.lowerInclusive != 0,
      includesUpper: flags & Self.upperInclusive != 0)
  }
}
