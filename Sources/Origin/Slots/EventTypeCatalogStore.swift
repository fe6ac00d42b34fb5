import JSON
import Postgres
import Scheduling

/// The SQL behind the catalog: an event type with the schedules that apply to its hosts.
struct EventTypeCatalogStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let house = """
    (SELECT json_build_object('timeZone', b.time_zone, 'weekStart', b.week_start, 'limitsCount', b.limits_count,
       'limitsMinutes', b.limits_minutes, 'isTeam', NOT b.personal,
       'hours', (SELECT json_agg(json_build_array(h.days, h.start_minute, h.end_minute))
                 FROM business_hours h WHERE h.business_id = b.id),
       'closures', (SELECT json_agg(json_build_array(c.start_date - date '1970-01-01', c.end_date - date '1970-01-01'))
                    FROM business_closures c WHERE c.business_id = b.id))
     FROM businesses b WHERE b.id = e.business_id),
    (SELECT json_agg(json_build_array(r.resource_id, r.quantity,
       (SELECT json_agg(u.id ORDER BY u.id) FROM resource_units u
        WHERE u.business_id = r.business_id AND u.resource_id = r.resource_id AND NOT u.retired)))
     FROM event_type_resources r WHERE r.business_id = e.business_id AND r.event_type_id = e.id)
    """
  private static let offered = "SELECT \(EventTypeStore.columns), \(house) FROM event_types e"

  private static let byID = Statement("\(offered) WHERE e.id = $1")
  private static let byUser = Statement(
    """
    \(offered) JOIN users owner ON owner.id = e.owner_id AND owner.business_id = e.business_id
    WHERE owner.username = $2 AND e.slug = $1
      AND \(OrganizationReference.includes(user: "owner.id", slug: "$3", id: "NULL"))
    """)
  private static let byTeam = Statement(
    "\(offered) JOIN businesses team ON team.id = e.business_id WHERE team.slug = $2 AND NOT team.personal AND e.slug = $1"
  )

  private static let schedules = Statement(
    """
    SELECT h.user_id, \(ScheduleStore.columns)
    FROM event_type_hosts h JOIN users u ON u.id = h.user_id
    JOIN schedules s ON s.id = coalesce($3, h.schedule_id, u.default_schedule_id)
    WHERE h.business_id = $1 AND h.event_type_id = $2
    """)

  func eventType(_ reference: EventTypeReference) async throws -> BookableEventType? {
    let rows: PostgresRows
    switch reference {
    case .id(let id): rows = try await postgres.query(Self.byID, id)
    case .slug(let slug, let username, let organization):
      rows = try await postgres.query(Self.byUser, slug, username, organization)
    case .teamSlug(let slug, let team, let organization):
      guard OrganizationReference(slug: organization).isTeam(slug: team) else { return nil }
      rows = try await postgres.query(Self.byTeam, slug, team)
    case .group(let names, let organization):
      return try await GroupStore(postgres).bookable(names, in: OrganizationReference(slug: organization))
    case .unknown: return nil
    }
    guard let row = rows.first else { return nil }
    var columns = row.columns
    let type = try EventType(&columns)
    let house = try columns.json() ?? .null
    let resources = try columns.json()?.array?.compactMap(BookableEventType.Resource.init) ?? []
    return BookableEventType(
      type, schedules: try await schedules(of: type), house: house, resources: resources)
  }

  /// By host. One who has none is never free.
  private func schedules(of type: EventType) async throws -> [Int: Schedule] {
    try [Int: Schedule](await postgres.query(Self.schedules, type.businessID, type.id, type.scheduleID))
  }
}

extension BookableEventType {
  fileprivate convenience init(
    _ type: EventType, schedules: [Int: Schedule], house: JSONValue, resources: [Resource]
  ) {
    let isTeam = house["isTeam"]?.bool ?? false
    let businessZone = house["timeZone"]?.string.flatMap(ZoneRules.named) ?? .utc
    let shared = type.scheduleID == nil && isTeam ? nil : schedules.values.first?.timeZone
    let week = isTeam ? house["weekStart"]?.string : type.owner?.weekStart
    self.init(
      type: type,
      // A pattern is booked by nobody: what its hosts have of it is.
      hosts: (type.schedulingType == .managed ? [] : type.hosts).map {
        Host($0, of: type, schedule: schedules[$0.userID])
      },
      resources: resources,
      teamLimits: !isTeam
        ? []
        : BookingLimits(stored: house["limitsCount"]).limits(.bookings)
          + BookingLimits(stored: house["limitsMinutes"]).limits(.minutes),
      house: House(house, zone: businessZone), zone: shared.flatMap(ZoneRules.named) ?? businessZone,
      weekStart: week.flatMap { Weekday(name: $0) } ?? .sunday)
  }
}

extension BookableEventType.House {
  /// Nil where the business says nothing.
  fileprivate init?(_ json: JSONValue, zone: ZoneRules) {
    let hours = json["hours"]?.array ?? []
    let closures = json["closures"]?.array ?? []
    if hours.isEmpty, closures.isEmpty { return nil }
    let rows = hours.flatMap { row -> [WeeklyHours] in
      guard let parts = row.array, parts.count == 3, let days = parts[0].array,
        let start = parts[1].int.flatMap({ ClockTime(minuteOfDay: $0) }),
        let end = parts[2].int.flatMap({ ClockTime(minuteOfDay: $0) })
      else { return [] }
      return days.compactMap { $0.int.flatMap(Weekday.init).map { WeeklyHours($0, start, end) } }
    }
    weekly = hours.isEmpty ? nil : WeeklySchedule(zone: zone, hours: rows)
    self.closures = closures.compactMap { closure in
      guard let first = closure.array?.first?.int, let last = closure.array?.last?.int else { return nil }
      return BusyTime.closed(
        from: CivilDate(daysSince1970: first), through: CivilDate(daysSince1970: last), in: zone)
    }
  }
}

extension BookableEventType.Resource {
  fileprivate init?(_ json: JSONValue) {
    guard let parts = json.array, parts.count == 3, let id = parts[0].int else { return nil }
    self.init(id: id, needed: parts[1].int ?? 1, unitIDs: parts[2].array?.compactMap(\.int) ?? [])
  }
}

extension BookableEventType.Host {
  /// One who has no schedule is never free.
  init(_ host: EventTypeHost, of type: EventType, schedule: Schedule?) {
    self.init(
      person: Booking.Host(
        id: host.userID, name: host.name, email: host.email, username: host.username, timeZone: host.timeZone),
      role: type.schedulingType == .roundRobin && !host.isMandatory ? .pool : .fixed,
      priority: host.priority, weight: host.weight,
      weekly: schedule?.weekly ?? WeeklySchedule(zone: .utc, hours: []))
  }
}

extension [Int: Schedule] {
  /// Reads rows of a user's number and the columns of his schedule.
  init(_ rows: PostgresRows) throws {
    self.init()
    for row in rows {
      var columns = row.columns
      self[try columns.next(Int.self)] = try Schedule(&columns)
    }
  }
}
