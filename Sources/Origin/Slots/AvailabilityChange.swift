import Scheduling

/// News that some slots are not what they were, as it travels through Postgres NOTIFY. It says where to look, not
/// what is there: whoever hears it asks again.
enum AvailabilityChange: Sendable, Equatable {
  /// A host became busy or free between two instants; nil bounds mean at any time.
  case host(Int, from: Instant?, to: Instant?)
  /// The rules of an event type changed.
  case eventType(Int)
  /// The hours, closures, limits, resources or members of a business changed.
  case business(Int)

  static let channel = "availability"
  /// The payload of no change.
  static let nothing = "-"

  var payload: String {
    switch self {
    case .host(let id, let from?, let to?): "h \(id) \(from.seconds) \(to.seconds)"
    case .host(let id, _, _): "h \(id)"
    case .eventType(let id): "e \(id)"
    case .business(let id): "b \(id)"
    }
  }

  init?(payload: String) {
    // By bytes and without an array: each booking is heard of, and splitting costs twenty times as much.
    let bytes = payload.utf8Span.span
    var numbers = InlineArray<3, Int>(repeating: 0)
    var signs = InlineArray<3, Int>(repeating: 1)
    var count = 0
    for index in bytes.indices.dropFirst() {
      switch bytes[index] {
      case UInt8(ascii: " ") where count < 3: count += 1
      case UInt8(ascii: "-") where count > 0 && bytes[index - 1] == UInt8(ascii: " "): signs[count - 1] = -1
      case let digit where 0x30...0x39 ~= digit && count > 0:
        let (tens, isTooLarge) = numbers[count - 1].multipliedReportingOverflow(by: 10)
        if isTooLarge { return nil }
        numbers[count - 1] = tens &+ Int(digit - 0x30)
      default: return nil
      }
    }
    for index in 0..<count { numbers[index] *= signs[index] }
    switch (bytes.isEmpty ? 0 : bytes[0], count) {
    case (UInt8(ascii: "h"), 3):
      self = .host(numbers[0], from: Instant(seconds: numbers[1]), to: Instant(seconds: numbers[2]))
    case (UInt8(ascii: "h"), 1): self = .host(numbers[0], from: nil, to: nil)
    case (UInt8(ascii: "e"), 1): self = .eventType(numbers[0])
    case (UInt8(ascii: "b"), 1): self = .business(numbers[0])
    default: return nil
    }
  }

  /// The UTC dates that it touches; empty means all.
  var dates: [String] {
    guard case .host(_, let from?, let to?) = self, from < to else { return [] }
    let first = ZoneRules.utc.date(at: from)
    let last = min(ZoneRules.utc.date(at: to - 1), first + 31)
    return (first.daysSince1970...last.daysSince1970).map { CivilDate(daysSince1970: $0).text }
  }
}
