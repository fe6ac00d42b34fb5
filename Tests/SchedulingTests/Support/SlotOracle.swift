import Foundation
import Testing

@testable import Scheduling

/// slots.md read literally, minute by minute, with Foundation's clock: slow, simple, and sharing nothing
/// with the generator but the data.
struct SlotOracle {
  let rules: SlotRules
  let hosts: [RandomHost]
  let query: SlotQuery

  /// Runs of free minutes; a run ends at midnight, a slot may reach on to `limit`.
  private struct Run {
    let start: Int
    var end: Int
    var limit: Int
  }

  func starts() -> [Int] {
    let sunday = 3 * 86_400
    let lookback = hosts.contains { $0.role == .pool } ? 10 : 3
    let base = (query.from.seconds / 86_400 - lookback) * 86_400
    let end = query.to.seconds + 3 * 86_400
    var found: Set<Int> = []
    var laid: [Int] = []
    var covered = Int.min
    var week = Int.min
    for run in runs(base, end) {
      let runWeek = (run.start - sunday) / 604_800
      if run.start >= covered || runWeek != week { (laid, covered, week) = ([], run.end, runWeek) }
      covered = max(covered, run.end)
      var start = firstStart(run)
      guard start < run.end, start + rules.length * 60 <= run.limit else { continue }
      if let previous = laid.filter({ $0 < start }).max(), previous + step > start {
        start = previous >= run.start ? previous : previous + step
      }
      while start < run.end, start + rules.length * 60 <= run.limit {
        if start >= run.start {
          found.insert(start)
          laid.append(start)
        }
        start += step
      }
    }
    return filtered(found.sorted())
  }

  private var step: Int { ((rules.slotInterval ?? rules.length) + rules.offsetStart) * 60 }

  private func firstStart(_ run: Run) -> Int {
    let interval = rules.slotInterval ?? rules.length
    let alignment = [60, 30, 20, 15, 10, 5, 1].first { interval % $0 == 0 } ?? 1
    var start = max(run.start, query.now.seconds + rules.minimumNotice * 60) / 60 * 60
    let booker = wallClock(query.zone)
    while (start + booker(start)) / 60 % 60 % alignment != 0 { start += 60 }
    return start + rules.offsetStart * 60
  }

  private func filtered(_ starts: [Int]) -> [Int] {
    let booker = wallClock(query.zone)
    let allowed = starts.filter {
      $0 > query.now.seconds && $0 >= query.now.seconds + rules.minimumNotice * 60
    }
    var days: Set<Int> = []
    return allowed.filter { start in
      let isFirst = days.insert((start + booker(start)) / 86_400).inserted
      return (isFirst || !rules.firstSlotOnly) && query.from.seconds <= start && start < query.to.seconds
    }
  }

  private func runs(_ base: Int, _ end: Int) -> [Run] {
    let minutes = hosts.map { days(of: $0, base, end) }
    let fixed = hosts.indices.filter { hosts[$0].role == .fixed }
    let pool = hosts.indices.filter { hosts[$0].role == .pool }
    let groups = pool.isEmpty ? [fixed] : pool.map { fixed + [$0] }
    return groups.flatMap { group in runs(of: group.map { minutes[$0] }, base) }
      .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  /// `days`: of each host and minute, the local date while free, nil while not.
  private func runs(of days: [[Int?]], _ base: Int) -> [Run] {
    var runs: [Run] = []
    var last: [Int?] = []
    for minute in days[0].indices {
      let now = days.map { $0[minute] }
      let time = base + minute * 60
      if now.contains(nil) { last = []; continue }
      if now == last {
        runs[runs.count - 1].end = time + 60
      } else {
        runs.append(Run(start: time, end: time + 60, limit: 0))
      }
      last = now
    }
    for index in runs.indices.reversed() {
      let goesOn = index + 1 < runs.count && runs[index + 1].start == runs[index].end
      runs[index].limit = goesOn ? runs[index + 1].limit : runs[index].end
    }
    return runs
  }

  private func days(of host: RandomHost, _ base: Int, _ end: Int) -> [Int?] {
    let clock = wallClock(host.zone)
    let blocked = host.busy.map { busy -> Range<Int> in
      let (before, after) = (rules.afterBuffer * 60, rules.beforeBuffer * 60)
      switch busy.kind {
      case .outOfOffice: return busy.interval.start.seconds..<busy.interval.end.seconds
      case .external: return (busy.interval.start.seconds - before)..<(busy.interval.end.seconds + after)
      case .booking(let occupied), .seats(let occupied, _), .reservation(let occupied, _):
        return (occupied.start.seconds - before)..<(occupied.end.seconds + after)
      }
    }
    var (today, hours): (Int, [Range<Int>]) = (.min, [])
    return stride(from: base, to: end, by: 60).map { time in
      let wall = time + clock(time)
      let day = wall / 86_400
      if day != today { (today, hours) = (day, minutes(of: host, CivilDate(daysSince1970: day))) }
      let isOpen = hours.contains { $0.contains(wall % 86_400 / 60) }
      return isOpen && !blocked.contains { $0.contains(time) } ? day : nil
    }
  }

  private func minutes(of host: RandomHost, _ date: CivilDate) -> [Range<Int>] {
    let overrides = host.overrides.filter { $0.date == date }.map { ($0.start, $0.end) }
    let weekly = host.hours.filter { $0.weekday == date.weekday }.map { ($0.start, $0.end) }
    return (overrides.isEmpty ? weekly : overrides).filter { $0 < $1 }.map { start, end in
      start.minuteOfDay..<(end.minuteOfDay == 1439 ? 1440 : end.minuteOfDay)
    }
  }

  private func wallClock(_ zone: ZoneRules) -> (Int) -> Int {
    let foundation = TimeZone(identifier: zone.identifier)
    return { foundation?.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))) ?? 0 }
  }
}
