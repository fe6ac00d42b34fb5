import Foundation
import Testing

@testable import Scheduling

/// When the bookings of a series begin.
@Suite struct RecurrenceTests {
  private func starts(
    _ recurrence: Recurrence, _ first: String, _ zoneName: String = "UTC", count: Int = 100
  ) -> [String] {
    recurrence.starts(from: at(first), count: count, zone: zone(zoneName)).map {
      $0.text(offset: zone(zoneName).offset(at: $0))
    }
  }

  private func dates(_ recurrence: Recurrence, _ first: String) -> [String] {
    starts(recurrence, "\(first)T09:00:00Z").map { String($0.prefix(10)) }
  }

  @Test func `every week, and every other week`() {
    #expect(
      dates(Recurrence(frequency: .weekly, occurrences: 3), "2030-02-04") == [
        "2030-02-04", "2030-02-11", "2030-02-18",
      ])
    #expect(
      dates(Recurrence(frequency: .weekly, interval: 2, occurrences: 3), "2029-12-20")
        == ["2029-12-20", "2030-01-03", "2030-01-17"])
  }

  @Test func `nine o'clock stays nine o'clock when the clock changes`() {
    #expect(
      starts(Recurrence(frequency: .weekly, occurrences: 3), "2050-03-20T09:00:00+01:00", "Europe/Rome") == [
        "2050-03-20T09:00:00.000+01:00", "2050-03-27T09:00:00.000+02:00", "2050-04-03T09:00:00.000+02:00",
      ])
    #expect(
      starts(Recurrence(frequency: .monthly, occurrences: 2), "2050-10-15T09:00:00+02:00", "Europe/Rome") == [
        "2050-10-15T09:00:00.000+02:00", "2050-11-15T09:00:00.000+01:00",
      ])
  }

  @Test func `a time that the clock jumps over begins at the jump, and the next week is right again`() {
    #expect(
      starts(Recurrence(frequency: .weekly, occurrences: 3), "2050-03-20T02:30:00+01:00", "Europe/Rome") == [
        "2050-03-20T02:30:00.000+01:00", "2050-03-27T03:00:00.000+02:00", "2050-04-03T02:30:00.000+02:00",
      ])
  }

  @Test func `of a time that comes twice it is the earlier, but the first stays what it is`() {
    let weekly = Recurrence(frequency: .weekly, occurrences: 2)
    #expect(
      starts(weekly, "2050-10-23T02:30:00+02:00", "Europe/Rome") == [
        "2050-10-23T02:30:00.000+02:00", "2050-10-30T02:30:00.000+02:00",
      ])
    #expect(
      starts(weekly, "2050-10-30T02:30:00+01:00", "Europe/Rome") == [
        "2050-10-30T02:30:00.000+01:00", "2050-11-06T02:30:00.000+01:00",
      ])
  }

  @Test func `the 31st is the last day of shorter months, and the 31st again of longer ones`() {
    #expect(
      dates(Recurrence(frequency: .monthly, occurrences: 5), "2051-12-31")
        == ["2051-12-31", "2052-01-31", "2052-02-29", "2052-03-31", "2052-04-30"])
    #expect(
      dates(Recurrence(frequency: .monthly, interval: 13, occurrences: 3), "2050-01-30")
        == ["2050-01-30", "2051-02-28", "2052-03-30"])
  }

  @Test func `29 February is the 28th of other years, and the 29th again in four`() {
    #expect(
      dates(Recurrence(frequency: .yearly, occurrences: 5), "2048-02-29")
        == ["2048-02-29", "2049-02-28", "2050-02-28", "2051-02-28", "2052-02-29"])
  }

  @Test func `the date is that of the zone, not that of Greenwich`() {
    // Already the 31st in Kiritimati; the 30th in UTC.
    #expect(
      starts(Recurrence(frequency: .monthly, occurrences: 2), "2050-01-30T20:00:00Z", "Pacific/Kiritimati")
        == [
          "2050-01-31T10:00:00.000+14:00", "2050-02-28T10:00:00.000+14:00",
        ])
  }

  @Test func `as many as are asked for, at most as many as there are`() {
    let recurrence = Recurrence(frequency: .weekly, occurrences: 4)
    func count(_ asked: Int) -> Int {
      recurrence.starts(from: at("2050-01-01T00:00:00Z"), count: asked, zone: .utc).count
    }
    #expect([0, 1, 3, 4, 5, .max, .min, -1].map(count) == [0, 1, 3, 4, 4, 4, 0, 0])
  }

  @Test(arguments: Recurrence.Frequency.allCases)
  func `numbers beyond reason have an end`(frequency: Recurrence.Frequency) {
    for number in [Int.max, Int.min, 0, -1] {
      let recurrence = Recurrence(frequency: frequency, interval: number, occurrences: number)
      for first in ["0001-01-01T00:00:00Z", "2050-01-31T23:59:59Z", "9999-12-31T23:59:59Z"] {
        let starts = recurrence.starts(from: at(first), count: number, zone: zone("America/Havana"))
        #expect(starts.count <= Recurrence.maximumOccurrences)
        #expect(starts.allSatisfy { $0 < at("9999-12-31T23:59:59Z") + 86_400 })
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 })
      }
    }
    let forever = Recurrence(frequency: frequency, interval: 1000, occurrences: 1000)
    let zone = zone("Asia/Tokyo")
    #expect(1..<1000 ~= forever.starts(from: at("2050-01-01T00:00:00Z"), count: 1000, zone: zone).count)
  }

  @Test func `in every zone each start shows the wall time of the first, or the clock jumped over it`() {
    let recurrence = Recurrence(frequency: .weekly, occurrences: 60)
    for name in TimeZone.knownTimeZoneIdentifiers {
      guard let zone = ZoneRules.named(name) else { continue }
      let first = at("2029-12-30T01:30:00Z") - zone.offset(at: at("2029-12-30T01:30:00Z"))
      let starts = recurrence.starts(from: first, count: 60, zone: zone)
      #expect(starts.count == 60)
      for (index, start) in starts.enumerated() {
        let wanted = zone.wallSeconds(at: first) + index * 7 * 86_400
        switch zone.instants(wallSeconds: wanted) {
        case .once(let instant), .twice(let instant, _): #expect(start == instant)
        case .never(let jump):
          #expect(start == jump)
          #expect(zone.wallSeconds(at: jump - 1) < wanted && wanted < zone.wallSeconds(at: jump))
        }
        #expect(start == starts[0] || zone.wallSeconds(at: start) >= wanted)
      }
    }
  }
}
