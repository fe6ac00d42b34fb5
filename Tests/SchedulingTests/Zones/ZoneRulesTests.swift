import Foundation
import Testing

@testable import Scheduling

@Suite struct ZoneRulesTests {
  @Test func `a change of the clock is known to the second`() {
    let rome = zone("Europe/Rome")
    #expect(rome.offset(at: at("2026-03-29T00:59:59Z")) == 3600)
    #expect(rome.offset(at: at("2026-03-29T01:00:00Z")) == 7200)
    #expect(
      rome.stretch(at: at("2026-07-01T00:00:00Z")).interval
        == between("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"))
  }

  @Test func `a wall time occurs once, twice or never`() {
    let rome = zone("Europe/Rome")
    func wall(_ text: String) -> Int { at(text).seconds }
    #expect(rome.instants(wallSeconds: wall("2026-06-01T12:00:00")) == .once(at("2026-06-01T10:00:00Z")))
    #expect(
      rome.instants(wallSeconds: wall("2026-10-25T02:30:00"))
        == .twice(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z")))
    #expect(rome.instants(wallSeconds: wall("2026-10-25T03:00:00")) == .once(at("2026-10-25T02:00:00Z")))
    #expect(rome.instants(wallSeconds: wall("2026-03-29T02:30:00")) == .never(at("2026-03-29T01:00:00Z")))
    #expect(rome.instants(wallSeconds: wall("2026-03-29T03:00:00")) == .once(at("2026-03-29T01:00:00Z")))
  }

  @Test(arguments: [
    ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),
    ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
    ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"),
    ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
  ])
  func `a day begins at its first instant, also where midnight is skipped or doubled`(
    name: String, day: String, start: String
  ) {
    #expect(zone(name).startOfDay(date(day)) == at(start))
  }

  @Test(arguments: ["Asia/Calcutta", "US/Eastern", "Japan", "Etc/GMT+5", "GMT", "Asia/Kathmandu"])
  func `aliases are zones`(name: String) {
    #expect(ZoneRules.named(name)?.identifier == name)
  }

  @Test(arguments: [
    "", "/", "PST", "GMT+5", "+05:30", "Nope/Zone", "europe/rome", "../etc/passwd", "posix/Europe/Rome",
    "Europe/Rome ",
    "Europe/Rome\0", "localtime", "Factory", String(repeating: "A/", count: 5000),
  ])
  func `what is no zone has no rules`(name: String) {
    #expect(ZoneRules.named(name) == nil)
  }

  @Test func `the same rules are handed out every time`() {
    #expect(zone("Europe/Paris") === zone("Europe/Paris"))
    #expect(zone("UTC") === ZoneRules.utc)
  }

  @Test func `offsets and dates are Foundation's, for every zone at any time`() throws {
    var random = SeededGenerator(seed: 7)
    for name in TimeZone.knownTimeZoneIdentifiers {
      let rules = try #require(ZoneRules.named(name))
      let foundation = try #require(TimeZone(identifier: name))
      for _ in 0..<60 {
        let instant = Instant(seconds: Int.random(in: 0..<4_102_444_800, using: &random))
        #expect(
          rules.offset(at: instant) == foundation.secondsFromGMT(for: instant.date), "\(name) \(instant.text)"
        )
      }
      for change in rules.transitions {
        #expect(rules.offset(at: change) == foundation.secondsFromGMT(for: change.date))
        #expect(rules.offset(at: change - 1) == foundation.secondsFromGMT(for: (change - 1).date))
      }
    }
  }

  @Test func `every instant is found again by its wall time`() throws {
    var random = SeededGenerator(seed: 8)
    for name in TimeZone.knownTimeZoneIdentifiers {
      let rules = try #require(ZoneRules.named(name))
      for change in rules.transitions where change > at("2020-01-01T00:00:00Z") {
        let instant = change + Int.random(in: -7200..<7200, using: &random)
        switch rules.instants(wallSeconds: rules.wallSeconds(at: instant)) {
        case .once(let found): #expect(found == instant)
        case .twice(let first, let second): #expect(first < second && (first == instant || second == instant))
        case .never: Issue.record("\(name) \(instant.text)")
        }
      }
    }
  }
}
