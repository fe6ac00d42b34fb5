import Foundation
import Testing

@testable import Scheduling

/// One change of one zone's clock, with Foundation's word on it.
struct ClockChange {
  let zone: ZoneRules
  let foundation: TimeZone
  let at: Instant

  /// Every change of every zone from 2020 to 2040.
  static let all: [ClockChange] = zoneNames.flatMap { name -> [ClockChange] in
    guard let rules = ZoneRules.named(name), let foundation = TimeZone(identifier: name) else { return [] }
    return rules.transitions.filter(years.contains).map {
      ClockChange(zone: rules, foundation: foundation, at: $0)
    }
  }

  static let zoneNames = TimeZone.knownTimeZoneIdentifiers.filter { ZoneRules.named($0) != nil }

  private static let years = between("2020-01-01T00:00:00Z", "2041-01-01T00:00:00Z")

  /// Long before all of them, so that no notice matters.
  static let longBefore = SchedulingTests.at("2019-01-01T00:00:00Z")

  /// Seconds of the wall clock, by Foundation.
  func wall(_ instant: Instant) -> Int {
    instant.seconds + foundation.secondsFromGMT(for: instant.date)
  }

  var name: String { "\(zone.identifier) \(at.text)" }
}
