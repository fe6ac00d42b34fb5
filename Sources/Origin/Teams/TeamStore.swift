import Foundation
import JSON
import Postgres

/// The SQL of teams and of everybody's own business. Whatever changes one goes by its members, so that nobody meets
/// another's.
struct TeamStore: Sendable {
  /// How many businesses somebody can work in.
  static let mostPerPerson = 200

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `Team.init(_: inout PostgresColumns)`, in this order, from `businesses b`.
  private static let columns = """
    b.id, b.name, b.slug, b.personal, b.description, b.logo_url, b.time_zone, b.week_start, b.branding, b.metadata,
    b.limits_count, b.limits_minutes, b.created_at
    """

  // MARK: Who may

  private static let roleOf = Statement.read(
    "SELECT role FROM memberships WHERE business_id = $1 AND user_id = $2")

  /// What somebody may do in a business; nil when he has no part in it, or there is none.
  func role(of userID: Int, in businessID: Int) async throws -> MembershipRole? {
    try await Self.role(in: postgres.query(Self.roleOf, businessID, userID))
  }

  private static let shared = Statement(
    """
    SELECT FROM memberships a JOIN memberships b ON b.business_id = a.business_id
    WHERE a.user_id = $1 AND b.user_id = $2 LIMIT 1
    """)

  /// Whether two people work together anywhere.
  func isShared(by userID: Int, and otherID: Int) async throws -> Bool {
    try await !postgres.query(Self.shared, userID, otherID).isEmpty
  }

  /// The same under the lock of a transaction.
  static func role(of userID: Int, in businessID: Int, _ transaction: PostgresTransaction) async throws
    -> MembershipRole?
  {
    try await role(in: transaction.query(roleOf, businessID, userID))
  }

  private static func role(in rows: PostgresRows) throws -> MembershipRole? {
    try rows.first.map { try $0.decode(String.self, at: 0) }.flatMap(MembershipRole.init(rawValue:))
  }

  private static let lockBusiness = Statement(
    "SELECT id FROM businesses WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE")

  /// Keeps the members of a business as they are until the end of the transaction; bookings go on. False when there
  /// is no such business.
  static func lock(_ businessID: Int, in transaction: PostgresTransaction) async throws -> Bool {
    try await !transaction.query(lockBusiness, businessID).isEmpty
  }

  // MARK: Reading

  private static let ofMember = Statement(
    """
    SELECT \(columns) FROM memberships m JOIN businesses b ON b.id = m.business_id
    WHERE m.user_id = $1 AND b.deleted_at IS NULL AND ($2 OR NOT b.personal) ORDER BY b.id LIMIT 500
    """)

  /// Where somebody works.
  func teams(of userID: Int, withPersonal: Bool) async throws -> [Team] {
    try await postgres.query(Self.ofMember, userID, withPersonal).map(Team.init(row:))
  }

  private static let byID = Statement(
    "SELECT \(columns) FROM businesses b WHERE b.id = $1 AND b.deleted_at IS NULL")

  /// For whoever has a role in it.
  func team(id: Int) async throws -> Team? {
    try await postgres.query(Self.byID, id).first.map(Team.init(row:))
  }

  static func team(id: Int, in transaction: PostgresTransaction) async throws -> Team? {
    try await transaction.query(byID, id).first.map(Team.init(row:))
  }

  // MARK: Writing

  private static let insert = Statement(
    """
    WITH b AS (
      INSERT INTO businesses (name, slug, personal, description, logo_url, time_zone, week_start, branding, metadata,
        limits_count, limits_minutes, created_at, updated_at)
      SELECT $2, $3, false, $4, $5, coalesce(nullif($6, ''), u.time_zone), $7, $8, $9, $10, $11, $12, $12
      FROM users u
      WHERE u.id = $1 AND (SELECT count(*) FROM memberships m WHERE m.user_id = u.id) < $13
      RETURNING *),
    founder AS (INSERT INTO memberships (business_id, user_id, role, accepts_managed, created_at)
                SELECT b.id, $1, 'owner', true, $12 FROM b)
    SELECT \(columns) FROM b
    """)

  /// Nil when the founder works in so many already that it is enough.
  /// - Throws: a unique violation of `businesses_slug_key`.
  func create(_ team: Team, by userID: Int, now: Date) async throws -> Team? {
    try await postgres.holding(.user(userID)) { transaction in
      try await transaction.query(
        Self.insert, userID, team.name, team.slug, team.description, team.logoURL, team.timeZone,
        team.weekStart,
        team.brandingBytes, JSONBytes(team.metadata), team.limitsCount.bytes, team.limitsMinutes.bytes, now,
        Self.mostPerPerson
      ).first.map(Team.init(row:))
    }
  }

  private static let update = Statement(
    """
    UPDATE businesses b SET name = $2, slug = $3, description = $4, logo_url = $5, time_zone = $6, week_start = $7,
      branding = $8, metadata = $9, limits_count = $10, limits_minutes = $11, updated_at = $12
    WHERE b.id = $1
    RETURNING \(columns)
    """)

  /// Reads, changes and writes under the lock, so that two changes at once both count. Nil when there is no such team.
  /// - Parameter change: is told what the caller is there; throws when he may not.
  /// - Throws: a unique violation of `businesses_slug_key`.
  func update(
    _ id: Int, by userID: Int, now: Date, _ change: @Sendable (Team, MembershipRole) throws -> Team
  ) async throws -> Team? {
    try await postgres.transaction { transaction in
      guard try await Self.lock(id, in: transaction),
        let role = try await Self.role(of: userID, in: id, transaction),
        let current = try await Self.team(id: id, in: transaction)
      else { return nil }
      let team = try change(current, role)
      let rows = try await transaction.query(
        Self.update, id, team.name, team.slug, team.description, team.logoURL, team.timeZone, team.weekStart,
        team.brandingBytes, JSONBytes(team.metadata), team.limitsCount.bytes, team.limitsMinutes.bytes, now)
      try await EdgeEventStore.purge(current.tags(changedBy: userID), ofBusiness: id, in: transaction)
      return try rows.first.map(Team.init(row:))
    }
  }

  // MARK: Deleting

  private static let upcoming = Statement(
    """
    SELECT EXISTS (SELECT FROM bookings WHERE business_id = $1 AND ends_at > $2 AND status IN ('accepted', 'pending'))
    """)
  private static let deleteMemberships = Statement("DELETE FROM memberships WHERE business_id = $1")
  private static let markDeleted = Statement(
    "UPDATE businesses SET deleted_at = $2, updated_at = $2 WHERE id = $1")

  enum Deletion: Sendable {
    case deleted(Team)
    case unknown
    case notAllowed
    /// People are expected there.
    case hasBookings
  }

  /// Takes away what a team does; the bookings that it had stay.
  func delete(_ id: Int, by userID: Int, now: Date) async throws -> Deletion {
    try await postgres.retrying { transaction in
      guard try await Self.lock(id, in: transaction),
        let role = try await Self.role(of: userID, in: id, transaction),
        let team = try await Self.team(id: id, in: transaction), !team.isPersonal
      else { return .unknown }
      guard role == .owner else { return .notAllowed }
      let leaving = try await LeavingEventTypeStore.all(of: id, in: transaction)
      try await leaving.hold(now: now, in: transaction)
      let isExpected = try await transaction.query(Self.upcoming, id, now).first?.decode(Bool.self, at: 0)
      guard isExpected == false else { return .hasBookings }
      try await EdgeEventStore.purge([.business(id)], ofBusiness: id, in: transaction)
      try await leaving.remove(of: id, in: transaction)
      _ = try await transaction.query(Self.deleteMemberships, id)
      _ = try await transaction.query(Self.markDeleted, id, now)
      return .deleted(team)
    }
  }
}

extension Team {
  init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    name = try columns.next()
    slug = try columns.next()
    isPersonal = try columns.next()
    description = try columns.next()
    logoURL = try columns.next()
    timeZone = try columns.next()
    weekStart = try columns.next()
    branding = try columns.json()?.object ?? JSONObject()
    metadata = try columns.next()
    limitsCount = BookingLimits(stored: try columns.json())
    limitsMinutes = BookingLimits(stored: try columns.json())
    createdAt = try columns.next()
  }

  fileprivate var brandingBytes: JSONBytes { JSONBytes(JSONValue.object(branding).bytes) }
}

extension BookingLimits {
  fileprivate var bytes: JSONBytes? { isEmpty ? nil : JSONBytes(stored.bytes) }
}
