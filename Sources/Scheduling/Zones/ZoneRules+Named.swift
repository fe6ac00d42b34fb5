import Foundation
import Synchronization

extension ZoneRules {
  package static let utc = ZoneRules(identifier: "UTC", initialOffset: 0, transitions: [])

  /// The rules of an IANA zone or one of its aliases; nil when there is none of that name.
  ///
  /// The first call for a zone reads its transitions (some milliseconds); later calls are a dictionary
  /// look-up. Names are case-sensitive; abbreviations, `GMT+5` and bare offsets are not names.
  package static func named(_ identifier: String) -> ZoneRules? {
    if let known = cache.withLock({ $0[identifier] }) { return known }
    guard isZoneName(identifier), let zone = TimeZone(identifier: identifier) else { return nil }
    let rules = ZoneRules(reading: zone, as: identifier)
    // Only real names are kept, so a client cannot make this grow beyond the number of zones.
    cache.withLock { $0[identifier] = rules }
    return rules
  }

  private static let cache = Mutex<[String: ZoneRules]>(["UTC": .utc])

  /// Foundation also understands abbreviations and offsets, which are no zones of their own, and reads a
  /// name only up to a NUL.
  private static func isZoneName(_ identifier: String) -> Bool {
    guard identifier.utf8.count <= 64, identifier.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      return false
    }
    return identifier.utf8.contains(UInt8(ascii: "/")) || plainNames.contains(identifier)
  }

  /// The IANA names without a slash.
  private static let plainNames: Set<String> = [
    "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0",
    "GMT-0", "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan",
    "Kwajalein", "Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland",
    "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu",
  ]

  /// Looks at every day and closes in on each change: no knowledge of rules is needed, and no
  /// transition is missed that lasts longer than a day.
  private convenience init(reading zone: TimeZone, as identifier: String) {
    func offset(_ seconds: Int) -> Int {
      zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }
    let end = 131 * 366 * 86_400
    var transitions: [(at: Instant, offset: Int)] = []
    var current = offset(0)
    for day in stride(from: 86_400, to: end, by: 86_400) {
      let next = offset(day)
      guard next != current else { continue }
      var (before, after) = (day - 86_400, day)
      while after - before > 1 {
        let middle = (before + after) / 2
        if offset(middle) == current { before = middle } else { after = middle }
      }
      transitions.append((Instant(seconds: after), next))
      current = next
    }
    self.init(identifier: identifier, initialOffset: offset(0), transitions: transitions)
  }
}
