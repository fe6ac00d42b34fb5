import Foundation
import Postgres

/// The SQL of users. Each function answers one question.
struct AccountStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let columns = """
    u.id, u.business_id, u.email, u.username, u.name, u.time_zone, u.time_format, u.week_start, u.locale,
    u.avatar_url, u.bio, u.metadata, u.default_schedule_id, u.created_at
    """

  // MARK: Reading

  private static let byID = Statement("SELECT \(columns) FROM users u WHERE u.id = $1")

  func user(id: Int) async throws -> User? {
    try await postgres.query(Self.byID, id).first.map(User.init(row:))
  }

  private static let credentials = Statement(
    "SELECT \(columns), u.password_hash FROM users u WHERE lower(u.email) = lower($1)")

  /// The user of an address with the hash of his password; nil when there is none.
  func credentials(email: String) async throws -> (user: User, passwordHash: String)? {
    guard let row = try await postgres.query(Self.credentials, email).first else { return nil }
    var columns = row.columns
    return (try User(&columns), try columns.next())
  }

  // MARK: Writing

  /// A user, his own business, his membership in it and his working hours: all or nothing.
  private static let signUp = Statement(
    """
    WITH ids AS (SELECT nextval('business_ids') AS business, nextval('subject_ids') AS person,
                        nextval('schedule_ids') AS schedule),
    business AS (INSERT INTO businesses (id, name, personal, time_zone, created_at)
                 SELECT ids.business, $3, true, $5, $6 FROM ids),
    person AS (INSERT INTO users (id, business_id, email, password_hash, name, username, time_zone,
                                  default_schedule_id, created_at)
               SELECT ids.person, ids.business, $1, $2, $3, $4, $5, ids.schedule, $6 FROM ids
               RETURNING *),
    member AS (INSERT INTO memberships (business_id, user_id, role, created_at)
               SELECT ids.business, ids.person, 'owner', $6 FROM ids),
    schedule AS (INSERT INTO schedules (business_id, id, user_id, name, time_zone, created_at, updated_at)
                 SELECT ids.business, ids.schedule, ids.person, 'Working hours', $5, $6, $6 FROM ids),
    hours AS (INSERT INTO schedule_hours (business_id, schedule_id, position, days, start_minute, end_minute)
              SELECT ids.business, ids.schedule, 0, '{0,1,2,3,4}', 540, 1020 FROM ids)
    SELECT \(columns) FROM person u
    """)

  /// - Throws: a unique violation of `users_email_key` or `users_username_key`.
  func signUp(_ user: NewUser, now: Date) async throws -> User? {
    try await postgres.query(
      Self.signUp, user.email, user.passwordHash, user.name, user.username, user.timeZone, now
    ).first.map(User.init(row:))
  }

  private static let confirm = Statement(
    """
    UPDATE users SET email_verified_at = $3
    WHERE id = $1 AND lower(email) = lower($2) AND email_verified_at IS NULL
    """)

  /// He reads the mail of this address; nothing happens where it is not his account's.
  func confirm(_ email: String, of userID: Int, now: Date) async throws {
    _ = try await postgres.query(Self.confirm, userID, email, now)
  }

  private static let setPasswordHash = Statement("UPDATE users SET password_hash = $2 WHERE id = $1")

  func setPasswordHash(_ hash: String, of userID: Int) async throws {
    _ = try await postgres.query(Self.setPasswordHash, userID, hash)
  }

  /// Moving to another zone takes the default schedule along, also one that becomes it now. A new address is not
  /// confirmed.
  private static let update = Statement(
    """
    WITH moved AS (UPDATE schedules s SET time_zone = $8, updated_at = $12 FROM users u
                   WHERE u.id = $1 AND $8::text IS NOT NULL AND s.id = coalesce($5, u.default_schedule_id)
                     AND s.business_id = u.business_id AND s.user_id = u.id),
    u AS (
      UPDATE users u SET email = coalesce($2, u.email),
        email_verified_at = CASE WHEN lower($2::text) <> lower(u.email) THEN NULL ELSE u.email_verified_at END,
        name = coalesce($3, u.name),
        time_format = coalesce($4, u.time_format), default_schedule_id = coalesce($5, u.default_schedule_id),
        week_start = coalesce($6, u.week_start), locale = coalesce($7, u.locale),
        time_zone = coalesce($8, u.time_zone), avatar_url = CASE WHEN $14 THEN $9 ELSE u.avatar_url END,
        bio = CASE WHEN $15 THEN $10 ELSE u.bio END, metadata = coalesce($11, u.metadata)
      WHERE u.id = $1 AND ($5::bigint IS NULL OR EXISTS (
        SELECT FROM schedules s WHERE s.business_id = u.business_id AND s.id = $5 AND s.user_id = u.id))
      RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT u.business_id, 'purge', $13 FROM u)
    SELECT \(columns) FROM u
    """)

  /// Nil when there is no such user, or the default schedule named is not his.
  func update(_ userID: Int, _ changes: UserChanges, now: Date) async throws -> User? {
    try await postgres.holding(.user(userID)) { transaction in
      try await transaction.query(
        Self.update, userID, changes.email, changes.name, changes.timeFormat, changes.defaultScheduleID,
        changes.weekStart, changes.locale, changes.timeZone, changes.avatarURL ?? nil, changes.bio ?? nil,
        changes.metadata.map(JSONBytes.init), now, CacheTag.changed(user: userID).map(\.text),
        changes.avatarURL != nil, changes.bio != nil
      ).first.map(User.init(row:))
    }
  }
}

extension User {
  init(row: PostgresRow) throws {
    var columns = row.columns
    try self.init(&columns)
  }

  init(_ columns: inout PostgresColumns) throws {
    id = try columns.next()
    businessID = try columns.next()
    email = try columns.next()
    username = try columns.next()
    name = try columns.next()
    timeZone = try columns.next()
    timeFormat = try columns.next()
    weekStart = try columns.next()
    locale = try columns.next()
    avatarURL = try columns.next()
    bio = try columns.next()
    metadata = try columns.next()
    defaultScheduleID = try columns.next()
    createdAt = try columns.next()
  }
}
