/// The binary form of `numeric`: groups of four decimal digits, most significant first.
///
/// Read only: `sum(bigint)` and `avg` give it. Source: numeric_send in the server's numeric.c.
struct PostgresNumeric {
  private static let negative: UInt16 = 0x4000

  private var groups: [Int16] = []
  /// The power of 10,000 of the first group.
  private let weight: Int
  private let sign: UInt16

  init(_ bytes: borrowing RawSpan) throws(PostgresError) {
    let count = Int(try bytes.integer(UInt16.self, at: 0))
    weight = Int(try bytes.integer(Int16.self, at: 2))
    sign = try bytes.integer(UInt16.self, at: 4)
    groups.reserveCapacity(count)
    for index in 0..<count { groups.append(try bytes.integer(Int16.self, at: 8 + 2 * index)) }
  }

  /// The value when it is whole and fits; nil otherwise, NaN and the infinities included.
  var integer: Int64? {
    guard sign == 0 || sign == Self.negative, weight < 5 else { return groups.isEmpty && sign == 0 ? 0 : nil }
    var value: Int64 = 0
    for power in stride(from: max(weight, 0), through: 0, by: -1) {
      let index = weight - power
      let group = groups.indices.contains(index) ? Int64(groups[index]) : 0
      let (product, overflow) = value.multipliedReportingOverflow(by: 10_000)
      let (sum, carry) = product.addingReportingOverflow(sign == 0 ? group : -group)
      guard !overflow, !carry else { return nil }
      value = sum
    }
    let fraction = groups.dropFirst(max(weight + 1, 0))
    return fraction.allSatisfy { $0 == 0 } ? value : nil
  }

  /// The nearest value that a double can hold.
  var double: Double {
    switch sign {
    case 0, Self.negative:
      var digits = sign == 0 ? "" : "-"
      for group in groups {
        let text = String(group)
        digits += String(repeating: "0", count: 4 - text.count) + text
      }
      // The parser rounds once; adding powers of ten would round at every group.
      return groups.isEmpty ? 0 : Double("\(digits)e\(4 * (weight + 1 - groups.count))") ?? .nan
    case 0xd000: return .infinity
    case 0xf000: return -.infinity
    default: return .nan
    }
  }
}
