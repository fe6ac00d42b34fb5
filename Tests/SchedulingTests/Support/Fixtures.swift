import Testing

@testable import Scheduling

/// Short forms for test data; a slip in a literal stops the test at once.
func at(_ text: String) -> Instant {
  guard let instant = Instant(text) else { fatalError("not an instant: \(text)") }
  return instant
}

func date(_ text: String) -> CivilDate {
  guard let date = CivilDate(text) else { fatalError("not a date: \(text)") }
  return date
}

func clock(_ text: String) -> ClockTime {
  guard let time = ClockTime(text) else { fatalError("not a time: \(text)") }
  return time
}

func zone(_ name: String) -> ZoneRules {
  guard let zone = ZoneRules.named(name) else { fatalError("not a zone: \(name)") }
  return zone
}

func between(_ start: String, _ end: String) -> Interval { Interval(at(start), at(end)) }

/// `hours` like `09:30-18:00`, several separated by commas, the same on each of the days.
func schedule(
  _ zoneName: String, _ hours: String, _ days: [Weekday] = Weekday.allCases, overrides: [String] = [],
  travel: [TravelPeriod] = []
) -> WeeklySchedule {
  let times = hours.split(separator: ",").map { $0.split(separator: "-").map { clock(String($0)) } }
  return WeeklySchedule(
    zone: zone(zoneName),
    hours: days.flatMap { day in times.map { WeeklyHours(day, $0[0], $0[1]) } },
    overrides: overrides.map(dateOverride), travel: travel)
}

/// `2024-05-20 12:00-14:00`
private func dateOverride(_ text: String) -> DateOverride {
  let parts = text.split(separator: " ").map(String.init)
  let times = parts[1].split(separator: "-").map { clock(String($0)) }
  return DateOverride(date(parts[0]), times[0], times[1])
}

let workingDays: [Weekday] = [.monday, .tuesday, .wednesday, .thursday, .friday]

/// The schedules that slots.md names.
let istWork = schedule("Asia/Kolkata", "09:30-18:00")
let istMid = schedule("Asia/Kolkata", "12:30-20:00")
let istEve = schedule("Asia/Kolkata", "17:00-22:00")
let rome = schedule("Europe/Rome", "09:00-17:00", workingDays)
let utcDay = schedule("UTC", "00:00-23:59")
let dhaka24 = schedule("Asia/Dhaka", "00:00-23:59")

/// A booking without buffers of its own.
func booked(_ start: String, _ end: String) -> BusyTime {
  let interval = between(start, end)
  return BusyTime(interval, .booking(occupied: interval))
}

/// Times from `first` to `last`, each `step` minutes on, as `HH:MM`.
func clockTimes(_ first: String, _ last: String, every step: Int) -> [String] {
  stride(from: clock(first).minuteOfDay, through: clock(last).minuteOfDay, by: step)
    .compactMap { ClockTime(minuteOfDay: $0)?.text }
}
