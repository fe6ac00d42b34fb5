import Foundation
import JSON
import Postgres
import Problem
import Scheduling

/// The SQL of event types. A person's lie in his own business, where he is the owner: one rule for both kinds.
struct EventTypeStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `EventType.init(_: inout PostgresColumns)`, from `event_types e`.
  static let columns = """
    to_jsonb(e),
    (SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email, 'username', u.username,
       'timeZone', u.time_zone, 'avatarUrl', u.avatar_url, 'weekStart', u.week_start)
     FROM users u WHERE u.id = e.owner_id),
    (SELECT json_build_object('id', b.id, 'name', b.name, 'slug', b.slug, 'logoUrl', b.logo_url)
     FROM businesses b WHERE b.id = e.business_id AND NOT b.personal),
    (SELECT json_agg(json_build_object('userId', h.user_id, 'name', u.name, 'email', u.email,
       'username', u.username, 'timeZone', u.time_zone, 'avatarUrl', u.avatar_url, 'mandatory', h.mandatory,
       'priority', h.priority, 'weight', h.weight, 'scheduleId', h.schedule_id,
       'managed', CASE WHEN e.scheduling_type = 'managed' THEN \(ManagedEventTypeStore.ofHost) END) ORDER BY h.user_id)
     FROM event_type_hosts h JOIN users u ON u.id = h.user_id
     WHERE h.business_id = e.business_id AND h.event_type_id = e.id),
    (SELECT json_agg(json_build_object('id', r.resource_id, 'quantity', r.quantity) ORDER BY r.resource_id)
     FROM event_type_resources r WHERE r.business_id = e.business_id AND r.event_type_id = e.id)
    """
  static let columnCount = 5

  // MARK: Reading

  private static let ofUsername = Statement(
    """
    SELECT \(columns) FROM users u JOIN event_types e ON e.business_id = u.business_id AND e.owner_id = u.id
    WHERE u.username = $1 AND ($2::text IS NULL OR e.slug = $2) AND (NOT e.hidden OR u.id = $3)
      AND \(OrganizationReference.includes(user: "u.id", slug: "$4", id: "$5"))
    ORDER BY e.id LIMIT 500
    """)

  /// What the public sees of a user, and the user himself sees with what he hides.
  /// - Parameter organization: finds only somebody who works there.
  func eventTypes(
    username: String, slug: String?, in organization: OrganizationReference?, seenBy caller: Int?
  ) async throws -> [EventType] {
    try await postgres.query(
      Self.ofUsername, username, slug, caller, organization?.slug, organization?.id
    ).map(EventType.init(row:))
  }

  private static let ofOwner = Statement(
    """
    SELECT \(columns) FROM event_types e JOIN users u ON u.id = e.owner_id
    WHERE e.owner_id = $1 AND e.business_id = u.business_id ORDER BY e.id LIMIT 500
    """)

  func eventTypes(ownedBy userID: Int) async throws -> [EventType] {
    try await postgres.query(Self.ofOwner, userID).map(EventType.init(row:))
  }

  private static let ofTeam = Statement(
    """
    SELECT \(columns) FROM businesses t JOIN event_types e ON e.business_id = t.id
    WHERE (t.id = $1 OR t.slug = $2) AND ($1::bigint IS NULL OR t.id = $1) AND ($2::text IS NULL OR t.slug = $2)
      AND NOT t.personal AND ($3::text IS NULL OR e.slug = $3)
      AND (NOT e.hidden OR EXISTS (SELECT FROM memberships m WHERE m.business_id = t.id AND m.user_id = $4))
    ORDER BY e.id LIMIT 500
    """)

  /// What the public sees of a team, found by its id, its slug or both; its members see what it hides too.
  func eventTypes(team id: Int?, slug teamSlug: String? = nil, slug: String? = nil, seenBy caller: Int?)
    async throws -> [EventType]
  {
    try await postgres.query(Self.ofTeam, id, teamSlug, slug, caller).map(EventType.init(row:))
  }

  /// What somebody may do with an event type.
  enum Access: Sendable {
    /// Works in its team, and neither takes its bookings nor manages it.
    case member
    case host, manager
  }

  private static let byID = Statement(
    """
    SELECT \(columns),
      (SELECT m.role IN ('owner', 'admin') FROM memberships m WHERE m.business_id = e.business_id AND m.user_id = $2),
      EXISTS (SELECT FROM event_type_hosts h
              WHERE h.business_id = e.business_id AND h.event_type_id = e.id AND h.user_id = $2)
    FROM event_types e
    WHERE e.id = $1 AND (
      EXISTS (SELECT FROM memberships m WHERE m.business_id = e.business_id AND m.user_id = $2)
      OR EXISTS (SELECT FROM event_type_hosts h
                 WHERE h.business_id = e.business_id AND h.event_type_id = e.id AND h.user_id = $2))
    """)

  /// An event type with what the caller is to it; nil for who has no part in its business either.
  func eventType(id: Int, seenBy userID: Int) async throws -> (type: EventType, access: Access)? {
    guard let row = try await postgres.query(Self.byID, id, userID).first else { return nil }
    let manages = try row.decode(Bool?.self, at: Self.columnCount) ?? false
    let hosts = try row.decode(Bool.self, at: Self.columnCount + 1)
    return (try EventType(row: row), manages ? .manager : hosts ? .host : .member)
  }

  // MARK: Writing

  /// The columns that a caller decides: the members of `EventType.record`.
  static let names = """
    title, slug, description, length_minutes, length_options, slot_interval, offset_start, notice_minutes,
    before_buffer, after_buffer, only_first_slot, booking_window, schedule_id, scheduling_type, all_members,
    keeps_host, seats, seats_show_attendees, seats_show_count, recurrence, confirmation, limits_count,
    limits_minutes, booker_limit, booker_limit_offers_reschedule, requires_authentication, requires_email_code, locations,
    booking_fields, hidden, disable_guests, disable_cancelling, disable_rescheduling, settings, metadata
    """
  private static let insert = Statement(
    """
    INSERT INTO event_types (business_id, owner_id, created_at, updated_at, \(names))
    SELECT $2, $3, $4, $4, \(names) FROM jsonb_populate_record(NULL::event_types, $1) RETURNING id
    """)
  private static let update = Statement(
    """
    UPDATE event_types e SET updated_at = $3, (\(names)) =
      (SELECT \(names) FROM jsonb_populate_record(NULL::event_types, $1))
    WHERE e.id = $2
    """)

  /// Where a new event type goes: to a person's own business, or to a team.
  enum Place: Sendable {
    case personal(userID: Int)
    case team(Int)
  }

  private static let ownBusiness = Statement("SELECT business_id FROM users WHERE id = $1")

  /// - Throws: a unique violation of `event_types_slug_key`; a `Problem` that names what is not the caller's.
  func create(_ type: EventType, at place: Place, now: Date) async throws -> EventType {
    try await postgres.transaction { transaction in
      var type = type
      var owner: Int?
      switch place {
      case .team(let id):
        // Whoever joins at the same time is seen here, or sees this event type.
        guard try await TeamStore.lock(id, in: transaction) else { throw Problem.notFound("team") }
        type.businessID = id
      case .personal(let userID):
        owner = userID
        type.businessID =
          try await transaction.query(Self.ownBusiness, userID).first?.decode(at: 0) ?? 0
        _ = try await TeamStore.lock(type.businessID, in: transaction)
        type.hosts = [EventTypeHost(userID: userID)]
      }
      let rows = try await transaction.query(
        Self.insert, JSONBytes(type.record.bytes), type.businessID, owner, now)
      type.id = try rows.first?.decode(Int.self, at: 0) ?? 0
      return try await finish(type, tags: [type.profileTag(owner: owner)], now: now, in: transaction)
    }
  }

  private static let lockWithBusiness = Statement(
    """
    SELECT FROM event_types e JOIN businesses b ON b.id = e.business_id WHERE e.id = $1
    FOR NO KEY UPDATE OF b FOR NO KEY UPDATE OF e
    """)

  /// Reads, changes and writes under its lock and its business's, so that two changes at once both count, and whoever
  /// joins or leaves meanwhile is seen; bookings go on. The lock is a statement of its own: the one that waited would
  /// show hosts and resources as they were before. Nil when it is gone.
  func update(_ id: Int, now: Date, _ change: @Sendable (EventType) throws -> EventType) async throws
    -> EventType?
  {
    try await postgres.retrying { transaction in
      guard try await !transaction.query(Self.lockWithBusiness, id).isEmpty,
        let row = try await transaction.query(Self.byIDAlone, id).first
      else { return nil }
      let old = try EventType(row: row)
      let type = try change(old)
      _ = try await transaction.query(Self.update, JSONBytes(type.record.bytes), id, now)
      return try await finish(type, instead: old, tags: type.cacheTags, now: now, in: transaction)
    }
  }

  private static let byIDAlone = Statement("SELECT \(columns) FROM event_types e WHERE e.id = $1")

  /// The bookings that it had stay. False when it is gone already.
  func delete(_ type: EventType, now: Date) async throws -> Bool {
    try await postgres.retrying { transaction in
      guard try await TeamStore.lock(type.businessID, in: transaction) else { return false }
      let leaving = try await LeavingEventTypeStore.one(type.id, of: type.businessID, in: transaction)
      if leaving.isEmpty { return false }
      try await leaving.hold(now: now, in: transaction)
      try await leaving.remove(purging: [type.profileTag], of: type.businessID, in: transaction)
      return true
    }
  }

  // MARK: Parts

  private func finish(
    _ type: EventType, instead old: EventType? = nil, tags: [CacheTag], now: Date,
    in transaction: PostgresTransaction
  ) async throws -> EventType {
    try await EventTypePartStore.write(type, in: transaction)
    if type.schedulingType == .managed {
      try await ManagedEventTypeStore.sync(of: type.businessID, pattern: type.id, now: now, in: transaction)
    }
    try await EdgeEventStore.purge(tags, ofBusiness: type.businessID, in: transaction)
    guard let row = try await transaction.query(Self.byIDAlone, type.id).first else {
      throw EventTypeStoreError.vanished
    }
    let type = try EventType(row: row)
    if type.schedulingType == .managed { try ManagedEventTypeStore.check(type, instead: old) }
    return type
  }
}

enum EventTypeStoreError: Error {
  case vanished
}

extension EventType {
  init(row: PostgresRow) throws {
    var columns = row.columns
    try self.init(&columns)
  }

  init(_ columns: inout PostgresColumns) throws {
    self.init(record: try columns.json() ?? .null)
    owner = try columns.json().map(Owner.init)
    team = try columns.json().flatMap(Team.init)
    hosts = try columns.json()?.array?.compactMap(EventTypeHost.init) ?? []
    resources = try columns.json()?.array?.compactMap(NeededResource.init) ?? []
  }

  /// Before the row is read back, its owner is known by his id only.
  fileprivate func profileTag(owner: Int?) -> CacheTag { owner.map { .profile($0) } ?? .business(businessID) }
}

extension EventType.Owner {
  fileprivate init(_ json: JSONValue) {
    self.init(
      id: json["id"]?.int ?? 0, name: json["name"]?.string ?? "", email: json["email"]?.string ?? "",
      username: json["username"]?.string ?? "", timeZone: json["timeZone"]?.string ?? "UTC",
      avatarURL: json["avatarUrl"]?.string, weekStart: json["weekStart"]?.string ?? "Sunday")
  }
}

extension EventType.Team {
  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.int else { return nil }
    self.init(
      id: id, name: json["name"]?.string ?? "", slug: json["slug"]?.string ?? "",
      logoURL: json["logoUrl"]?.string)
  }
}

extension EventTypeHost {
  fileprivate init?(_ json: JSONValue) {
    guard let id = json["userId"]?.int else { return nil }
    self.init(
      userID: id, name: json["name"]?.string ?? "", email: json["email"]?.string ?? "",
      username: json["username"]?.string ?? "", timeZone: json["timeZone"]?.string ?? "UTC",
      avatarURL: json["avatarUrl"]?.string, isMandatory: json["mandatory"]?.bool ?? false,
      priority: json["priority"]?.int.flatMap(RoundRobin.Priority.init(rawValue:)) ?? .medium,
      weight: json["weight"]?.int ?? 100, scheduleID: json["scheduleId"]?.int,
      managed: json["managed"]?.object.map {
        Managed(id: $0["id"]?.int, isAccepted: $0["accepts"]?.bool ?? false)
      })
  }
}

extension EventType.NeededResource {
  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.int else { return nil }
    self.init(id: id, quantity: json["quantity"]?.int ?? 1)
  }
}
