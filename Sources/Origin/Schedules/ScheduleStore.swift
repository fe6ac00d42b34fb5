import Foundation
import Postgres
import Scheduling

/// The SQL of schedules. Everything is asked for by its owner, so that nobody meets another's.
struct ScheduleStore: Sendable {
  /// Of one person.
  static let most = 1000

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  // MARK: Reading

  /// Read by `Schedule.init(_: inout PostgresColumns)`, from `schedules s` and `users u`.
  static let columns = """
    s.business_id, s.id, s.user_id, s.name, s.time_zone, coalesce(s.id = u.default_schedule_id, false),
    ARRAY(SELECT array_to_string(days, ',') FROM schedule_hours h
          WHERE h.business_id = s.business_id AND h.schedule_id = s.id ORDER BY position),
    ARRAY(SELECT start_minute * 2000 + end_minute FROM schedule_hours h
          WHERE h.business_id = s.business_id AND h.schedule_id = s.id ORDER BY position),
    ARRAY(SELECT date - date '1970-01-01' FROM schedule_overrides o
          WHERE o.business_id = s.business_id AND o.schedule_id = s.id ORDER BY position),
    ARRAY(SELECT start_minute * 2000 + end_minute FROM schedule_overrides o
          WHERE o.business_id = s.business_id AND o.schedule_id = s.id ORDER BY position),
    ARRAY(SELECT concat_ws(' ', t.time_zone, t.start_date - date '1970-01-01', t.end_date - date '1970-01-01')
          FROM schedule_travel t
          WHERE t.business_id = s.business_id AND t.schedule_id = s.id ORDER BY position)
    """

  private static let ofUser = Statement(
    """
    SELECT \(columns) FROM schedules s JOIN users u ON u.id = s.user_id
    WHERE s.user_id = $1 ORDER BY s.id LIMIT 1000
    """)

  func schedules(of userID: Int) async throws -> [Schedule] {
    try await postgres.query(Self.ofUser, userID).map(Schedule.init(row:))
  }

  private static let byID = Statement(
    "SELECT \(columns) FROM schedules s JOIN users u ON u.id = s.user_id WHERE s.id = $1 AND s.user_id = $2")

  func schedule(id: Int, of userID: Int) async throws -> Schedule? {
    try await postgres.query(Self.byID, id, userID).first.map(Schedule.init(row:))
  }

  // MARK: Writing

  private static let insert = Statement(
    """
    INSERT INTO schedules (business_id, user_id, name, time_zone, created_at, updated_at)
    SELECT u.business_id, u.id, $2, $3, $4, $4 FROM users u
    WHERE u.id = $1 AND (SELECT count(*) FROM schedules s WHERE s.user_id = u.id) < $5
    RETURNING id
    """)

  /// Nil when he has so many that it is enough.
  func create(_ changes: ScheduleChanges, for userID: Int, now: Date) async throws -> Schedule? {
    try await postgres.holding(.user(userID)) { transaction in
      let rows = try await transaction.query(
        Self.insert, userID, changes.name ?? "", changes.timeZone ?? "UTC", now, Self.most)
      guard let id = try rows.first?.decode(Int.self, at: 0) else { return nil }
      try await Self.replaceHours(id, changes, in: transaction)
      if changes.isDefault == true { _ = try await transaction.query(Self.makeDefault, userID, id) }
      try await EdgeEventStore.purge([.host(userID)], of: userID, in: transaction)
      return try await transaction.query(Self.byID, id, userID).first.map(Schedule.init(row:))
    }
  }

  private static let rename = Statement(
    """
    UPDATE schedules SET name = coalesce($3, name), time_zone = coalesce($4, time_zone), updated_at = $5
    WHERE id = $1 AND user_id = $2
    """)

  func update(_ id: Int, _ changes: ScheduleChanges, of userID: Int, now: Date) async throws
    -> Schedule?
  {
    try await postgres.holding(.user(userID)) { transaction in
      let renamed = try await transaction.query(
        Self.rename, id, userID, changes.name, changes.timeZone, now)
      guard renamed.affected == 1 else { return nil }
      try await Self.replaceHours(id, changes, in: transaction)
      if changes.isDefault == true { _ = try await transaction.query(Self.makeDefault, userID, id) }
      try await EdgeEventStore.purge([.host(userID)], of: userID, in: transaction)
      return try await transaction.query(Self.byID, id, userID).first.map(Schedule.init(row:))
    }
  }

  /// The oldest one left becomes the default when the default goes.
  private static let delete = Statement(
    """
    WITH gone AS (DELETE FROM schedules WHERE id = $1 AND user_id = $2 RETURNING business_id, id),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT business_id, 'purge', $3 FROM gone),
    moved AS (UPDATE users SET default_schedule_id =
                (SELECT min(s.id) FROM schedules s WHERE s.user_id = $2 AND s.id <> $1)
              FROM gone WHERE users.id = $2 AND users.default_schedule_id = gone.id),
    types AS (UPDATE event_types e SET schedule_id = NULL FROM gone, memberships m
              WHERE m.user_id = $2 AND e.business_id = m.business_id AND e.schedule_id = gone.id),
    hosts AS (UPDATE event_type_hosts h SET schedule_id = NULL FROM gone
              WHERE h.user_id = $2 AND h.schedule_id = gone.id)
    SELECT id FROM gone
    """)

  func delete(_ id: Int, of userID: Int) async throws -> Bool {
    try await postgres.transaction { transaction in
      // Nobody lets an event type go by this schedule, nor makes it his default, while it goes.
      try await RowOwnerStore.holdBusinesses(of: userID, in: transaction)
      try await RowOwnerStore.user(userID).hold(in: transaction)
      return try await !transaction.query(Self.delete, id, userID, [CacheTag.host(userID).text]).isEmpty
    }
  }

  private static let touch = Statement("UPDATE schedules SET updated_at = $3 WHERE id = $1 AND user_id = $2")
  private static let clearTravel = Statement("DELETE FROM schedule_travel WHERE schedule_id = $1")
  private static let addTravel = Statement(
    """
    INSERT INTO schedule_travel (business_id, schedule_id, position, start_date, end_date, time_zone)
    SELECT s.business_id, s.id, row.number - 1, row.first::date, nullif(row.last, '')::date, row.zone
    FROM schedules s, unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS row (first, last, zone, number)
    WHERE s.id = $1
    """)

  /// Replaces all travel of a schedule. False when there is none of his with this id.
  func setTravel(_ travel: [Schedule.Travel], of id: Int, of userID: Int, now: Date) async throws -> Bool {
    try await postgres.transaction { transaction in
      guard try await transaction.query(Self.touch, id, userID, now).affected == 1 else { return false }
      _ = try await transaction.query(Self.clearTravel, id)
      _ = try await transaction.query(
        Self.addTravel, id, travel.map(\.first.text), travel.map { $0.last?.text ?? "" },
        travel.map(\.timeZone))
      try await EdgeEventStore.purge([.host(userID)], of: userID, in: transaction)
      return true
    }
  }

  private static let makeDefault = Statement("UPDATE users SET default_schedule_id = $2 WHERE id = $1")

  private static let clearHours = Statement("DELETE FROM schedule_hours WHERE schedule_id = $1")
  private static let addHours = Statement(
    """
    INSERT INTO schedule_hours (business_id, schedule_id, position, days, start_minute, end_minute)
    SELECT s.business_id, s.id, row.number - 1, row.days::smallint[], row.starts, row.ends
    FROM schedules s, unnest($2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS row (days, starts, ends, number)
    WHERE s.id = $1
    """)
  private static let clearOverrides = Statement("DELETE FROM schedule_overrides WHERE schedule_id = $1")
  private static let addOverrides = Statement(
    """
    INSERT INTO schedule_overrides (business_id, schedule_id, position, date, start_minute, end_minute)
    SELECT s.business_id, s.id, row.number - 1, row.date::date, row.starts, row.ends
    FROM schedules s, unnest($2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS row (date, starts, ends, number)
    WHERE s.id = $1
    """)

  private static func replaceHours(
    _ id: Int, _ changes: ScheduleChanges, in transaction: PostgresTransaction
  ) async throws {
    if let hours = changes.hours {
      _ = try await transaction.query(clearHours, id)
      _ = try await transaction.query(
        addHours, id, hours.map(\.storedDays),
        hours.map { Int32($0.start.minuteOfDay) }, hours.map { Int32($0.end.minuteOfDay) })
    }
    if let overrides = changes.overrides {
      _ = try await transaction.query(clearOverrides, id)
      _ = try await transaction.query(
        addOverrides, id, overrides.map(\.date.text), overrides.map { Int32($0.start.minuteOfDay) },
        overrides.map { Int32($0.end.minuteOfDay) })
    }
  }
}

extension Schedule {
  init(row: PostgresRow) throws {
    var columns = row.columns
    try self.init(&columns)
  }

  /// Hours and overrides come as parallel arrays in the order in which they were written; a time is its start
  /// times 2000 plus its end, in minutes.
  init(_ columns: inout PostgresColumns) throws {
    businessID = try columns.next()
    id = try columns.next()
    ownerID = try columns.next()
    name = try columns.next()
    timeZone = try columns.next()
    isDefault = try columns.next()
    let days: [String] = try columns.next()
    let hours: [Int32] = try columns.next()
    let dates: [Int32] = try columns.next()
    let overrides: [Int32] = try columns.next()
    travel = try columns.next([String].self).compactMap(Travel.init(stored:))
    self.hours = Hours.rows(days: days, times: hours)
    self.overrides = zip(dates, overrides).compactMap { date, times in
      guard let start = ClockTime(minuteOfDay: Int(times) / 2000),
        let end = ClockTime(minuteOfDay: Int(times) % 2000)
      else { return nil }
      return Override(date: CivilDate(daysSince1970: Int(date)), start: start, end: end)
    }
  }
}

extension Schedule.Hours {
  /// Reads parallel arrays of days, with commas between, and of times, a start times 2000 plus an end.
  static func rows(days: [String], times: [Int32]) -> [Schedule.Hours] {
    zip(days, times).compactMap { days, times in
      guard let start = ClockTime(minuteOfDay: Int(times) / 2000),
        let end = ClockTime(minuteOfDay: Int(times) % 2000)
      else { return nil }
      return Schedule.Hours(
        days: days.split(separator: ",").compactMap { Int($0).flatMap(Weekday.init) }, start: start, end: end)
    }
  }

  /// As an array in Postgres's own text.
  var storedDays: String { "{\(days.map { String($0.rawValue) }.joined(separator: ","))}" }
}

extension Schedule.Travel {
  /// Zone, first day and, where there is one, last day, counted from 1970.
  fileprivate init?(stored text: String) {
    let parts = text.split(separator: " ")
    guard parts.count >= 2, let first = Int(parts[1]) else { return nil }
    self.init(
      first: CivilDate(daysSince1970: first),
      last: parts.count > 2 ? Int(parts[2]).map(CivilDate.init(daysSince1970:)) : nil,
      timeZone: String(parts[0]))
  }
}
