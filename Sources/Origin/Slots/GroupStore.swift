import Postgres
import Scheduling

/// The SQL of dynamic groups: several people who nobody set up an event type for, at the times when all of them are
/// free by the schedules that each of them goes by.
struct GroupStore: Sendable {
  static let mostPeople = 20

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let people = Statement(
    """
    SELECT u.id, u.name, u.email, u.username, u.time_zone, u.avatar_url FROM users u
    WHERE u.username = ANY ($1) AND \(OrganizationReference.includes(user: "u.id", slug: "$2", id: "$3"))
    ORDER BY u.id
    """)

  /// What they make up; nil when one of them is not there, or not in the organisation.
  func eventType(of names: [String], in organization: OrganizationReference?) async throws -> EventType? {
    guard names.count > 1 else { return nil }
    let rows = try await postgres.query(Self.people, names, organization?.slug, organization?.id)
    guard rows.count == names.count else { return nil }
    return EventType(group: try rows.map(EventTypeHost.init(person:)))
  }

  private static let schedules = Statement(
    """
    SELECT u.id, \(ScheduleStore.columns) FROM users u JOIN schedules s ON s.id = u.default_schedule_id
    WHERE u.id = ANY ($1) AND s.business_id = u.business_id
    """)

  func bookable(_ names: [String], in organization: OrganizationReference?) async throws
    -> BookableEventType?
  {
    guard let type = try await eventType(of: names, in: organization) else { return nil }
    let schedules = try [Int: Schedule](await postgres.query(Self.schedules, type.hosts.map(\.userID)))
    let hosts = type.hosts.map {
      BookableEventType.Host($0, of: type, schedule: schedules[$0.userID])
    }
    return BookableEventType(
      type: type, hosts: hosts, resources: [], teamLimits: [], house: nil, zone: .utc, weekStart: .sunday)
  }
}

extension EventType {
  fileprivate init(group people: [EventTypeHost]) {
    title = "Group meeting"
    slug = "dynamic"
    length = 30
    lengthOptions = [15, 30, 45, 60, 90]
    schedulingType = .collective
    hosts = people
  }
}

extension EventTypeHost {
  fileprivate init(person row: PostgresRow) throws {
    var columns = row.columns
    self.init(
      userID: try columns.next(), name: try columns.next(), email: try columns.next(),
      username: try columns.next(), timeZone: try columns.next(), avatarURL: try columns.next())
  }
}
