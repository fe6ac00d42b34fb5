import Foundation
import Scheduling

/// One thing to measure, and what it may cost.
struct Work: Sendable {
  let name: String
  /// Nanoseconds; nil where none is set.
  let bound: Double?
  /// Gives something that depends on all that was computed.
  let run: @Sendable () -> Int

  func line(_ measured: Double) -> String {
    let verdict = bound.map { "at most \(Work.text($0))  \(measured <= $0 ? "holds" : "MISSED")" } ?? ""
    let padded = name.padding(toLength: 62, withPad: " ", startingAt: 0)
    return "\(padded) \(Work.text(measured))   \(verdict)"
  }

  private static func text(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1000: String(format: "%7.0f ns", nanoseconds)
    case ..<1_000_000: String(format: "%7.1f µs", nanoseconds / 1000)
    default: String(format: "%7.2f ms", nanoseconds / 1_000_000)
    }
  }
}

extension Work {
  static let all: [Work] = [
    slots("month, one host, 200 busy times: slots", Fixture.oneHost, Fixture.month, bound: 100_000),
    slots("week, one host, 12 busy times: slots", Fixture.oneQuietHost, Fixture.week, bound: nil),
    Work(name: "the same month: each slot's text into one buffer", bound: nil) {
      let days = Fixture.oneHost.days(Fixture.month)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(64 * 1024)
      for slot in days.lazy.flatMap(\.slots) { slot.start.append(to: &bytes, offset: 7200) }
      return bytes.count
    },
    slots(
      "2,000 ranges of one host, slots every 5 minutes", Fixture.manyRanges, Fixture.year, bound: 20_000_000),
    slots(
      "2,000 ranges of 100 hosts, slots every 5 minutes", Fixture.overlappingRanges, Fixture.fourWeeks,
      bound: 20_000_000),
    slots(
      "month, round robin of 100 hosts, 40 busy times each", Fixture.pool, Fixture.month, bound: 8_000_000),
    slots("month, collective of 10 hosts, 40 busy times each", Fixture.collective, Fixture.month, bound: nil),
    slots(
      "month, one host, one of 20 rooms with 40 busy times each", Fixture.rooms, Fixture.month, bound: nil),
    check("check of one start, one host, 200 busy times", Fixture.oneHost),
    check("check of one start, round robin of 100 hosts", Fixture.pool),
    Work(name: "free hosts of one start, round robin of 100", bound: nil) {
      Fixture.pool.freeHosts(at: Fixture.start).count
    },
    Work(name: "order of 100 candidates of a round robin", bound: nil) {
      RoundRobin.order(Fixture.candidates)[0]
    },
    Work(name: "a week's hours with five overrides, made of its parts", bound: nil) {
      Fixture.schedule.open(touching: Interval(Fixture.now, Fixture.now + 1)).intervals.count
    },
    Work(name: "text of 1,000 instants, into one buffer", bound: nil) {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(32_000)
      for index in 0..<1000 { (Fixture.start + index * 1800).append(to: &bytes, offset: 7200) }
      return bytes.count
    },
  ]

  private static func slots(
    _ name: String, _ generator: SlotGenerator, _ query: SlotQuery, bound: Double?
  ) -> Work {
    Work(name: name, bound: bound) { generator.days(query).reduce(0) { $0 + $1.slots.count } }
  }

  private static func check(_ name: String, _ generator: SlotGenerator) -> Work {
    Work(name: name, bound: nil) {
      let verdict = generator.check(Fixture.start, zone: Fixture.zone, now: Fixture.now)
      return verdict == .available(seatsTaken: 0) ? 1 : 0
    }
  }
}
