import Foundation
import JSON
import Scheduling

/// When somebody works, as he wrote it down: the shape of api.md 1.7.
struct Schedule: Sendable, Equatable {
  var businessID: Int
  var id: Int
  var ownerID: Int
  var name: String
  var timeZone: String
  var isDefault: Bool
  var hours: [Hours]
  var overrides: [Override]
  var travel: [Travel] = []

  /// One row of `availability`: the same hours on several days.
  struct Hours: Sendable, Equatable {
    var days: [Weekday]
    var start: ClockTime
    var end: ClockTime

    func write(to json: inout JSONWriter) {
      json.object { json in
        json.array("days", days) { $0.string($1.name) }
        json.member("startTime", start.text)
        json.member("endTime", end.text)
      }
    }
  }

  /// Other hours on one date. 00:00 to 00:00 is a day off.
  struct Override: Sendable, Equatable {
    var date: CivilDate
    var start: ClockTime
    var end: ClockTime
  }

  /// Dates on which the hours are read in another zone; without a last one, from then on. Of several the first counts.
  struct Travel: Sendable, Equatable {
    var first: CivilDate
    var last: CivilDate?
    var timeZone: String

    func write(to json: inout JSONWriter) {
      json.object { json in
        json.member("startDate", first.text)
        json.member("endDate", last?.text)
        json.member("timeZone", timeZone)
      }
    }
  }

  /// What you get when `availability` is left out: Monday to Friday, 09:00 to 17:00.
  static var usualHours: [Hours] {
    guard let nine = ClockTime(hour: 9, minute: 0), let five = ClockTime(hour: 17, minute: 0) else {
      return []
    }
    return [Hours(days: Weekday.allCases.filter { !$0.isWeekend }, start: nine, end: five)]
  }

  /// The same as scheduling counts with it.
  var weekly: WeeklySchedule {
    WeeklySchedule(
      zone: ZoneRules.named(timeZone) ?? .utc,
      hours: hours.flatMap { row in row.days.map { WeeklyHours($0, row.start, row.end) } },
      overrides: overrides.map { DateOverride($0.date, $0.start, $0.end) },
      travel: travel.compactMap { period in
        ZoneRules.named(period.timeZone).map {
          TravelPeriod(first: period.first, last: period.last, zone: $0)
        }
      })
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("ownerId", ownerID)
      json.member("name", name)
      json.member("timeZone", timeZone)
      json.member("isDefault", isDefault)
      json.array("availability", hours) { $1.write(to: &$0) }
      json.array("overrides", overrides) { json, override in
        json.object { json in
          json.member("date", override.date.text)
          json.member("startTime", override.start.text)
          json.member("endTime", override.end.text)
        }
      }
      json.array("travel", travel) { $1.write(to: &$0) }
    }
  }
}

/// What creating or changing a schedule says; nil leaves a field as it is.
struct ScheduleChanges: Sendable {
  var name: String?
  var timeZone: String?
  var isDefault: Bool?
  var hours: [Schedule.Hours]?
  var overrides: [Schedule.Override]?
}
