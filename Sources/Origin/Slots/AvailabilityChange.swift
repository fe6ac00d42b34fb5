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
    // By bytes: each booking is heard of, and characters cost ten times as much.
    let parts = payload.utf8.split(separator: UInt8(ascii: " "))
    let numbers = parts.dropFirst().compactMap { Int(Substring($0)) }
    switch (parts.first.map { Substring($0) }, numbers.count) {
    case ("h", 3):
      self = .host(numbers[0], from: Instant(seconds: numbers[1]), to: Instant(seconds: numbers[2]))
    case ("h", 1): self = .host(numbers[0], from: nil, to: nil)
    case ("e", 1): self = .eventType(numbers[0])
    case ("b", 1): self = .business(numbers[0])
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
