import Foundation
import Postgres
import Scheduling

/// The SQL of memberships. Every change happens under the lock of its team, so that of two owners who degrade each
/// other one stays.
struct MembershipStore: Sendable {
  /// How many people a team can have.
  static let mostPerTeam = 1000

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let columns = """
    m.business_id, m.id, m.user_id, m.role, m.accepts_managed, m.created_at, u.name, u.email, u.username, u.avatar_url, u.time_zone
    """
  private static let selected = "SELECT \(columns) FROM memberships m JOIN users u ON u.id = m.user_id"

  // MARK: Reading

  private static let ofTeam = Statement("\(selected) WHERE m.business_id = $1 ORDER BY m.id LIMIT 1000")

  func memberships(of businessID: Int) async throws -> [Membership] {
    try await postgres.query(Self.ofTeam, businessID).map(Membership.init(row:))
  }

  private static let byID = Statement("\(selected) WHERE m.business_id = $1 AND m.id = $2")

  func membership(_ id: Int, of businessID: Int) async throws -> Membership? {
    try await postgres.query(Self.byID, businessID, id).first.map(Membership.init(row:))
  }

  // MARK: Joining

  private static let insert = Statement(
    """
    WITH m AS (
      INSERT INTO memberships (business_id, user_id, role, created_at)
      SELECT $1, u.id, $3, $4 FROM users u
      WHERE u.id = $2 AND (SELECT count(*) FROM memberships WHERE business_id = $1) < $5
        AND (SELECT count(*) FROM memberships WHERE user_id = $2) < $6
      RETURNING *)
    SELECT \(columns) FROM m JOIN users u ON u.id = m.user_id
    """)

  enum Addition: Sendable {
    case added(Membership)
    case unknownTeam
    case unknownUser
    case tooMany
  }

  /// Lets somebody in, and makes him a host of what every member hosts.
  /// - Parameter permit: is told what the caller is there; throws when he may not.
  /// - Throws: a unique violation of `memberships_user_key`.
  func add(
    _ userID: Int, as role: MembershipRole, to businessID: Int, by callerID: Int, now: Date,
    _ permit: @Sendable (MembershipRole) throws -> Void
  ) async throws -> Addition {
    try await postgres.transaction { transaction in
      guard let callerRole = try await Self.lock(businessID, for: callerID, in: transaction) else {
        return .unknownTeam
      }
      try permit(callerRole)
      // Other teams may let him in at the same time.
      guard try await RowOwnerStore.user(userID).hold(in: transaction) else { return .unknownUser }
      let rows = try await transaction.query(
        Self.insert, businessID, userID, role.rawValue, now, Self.mostPerTeam, TeamStore.mostPerPerson)
      guard let row = rows.first else { return .tooMany }
      try await Self.joinEventTypes(userID, of: businessID, in: transaction)
      try await EdgeEventStore.purge([.business(businessID)], ofBusiness: businessID, in: transaction)
      return .added(try Membership(row: row))
    }
  }

  private static let hostsOfAll = Statement(
    """
    SELECT e.id, h.user_id, h.priority, h.weight, h.assigned FROM event_types e
    LEFT JOIN event_type_hosts h ON h.business_id = e.business_id AND h.event_type_id = e.id
    WHERE e.business_id = $1 AND e.all_members ORDER BY e.id FOR NO KEY UPDATE OF e
    """)
  private static let addHosts = Statement(
    """
    INSERT INTO event_type_hosts (business_id, event_type_id, user_id, assigned)
    SELECT $1, type, $2, assigned FROM unnest($3::bigint[], $4::bigint[]) AS new (type, assigned)
    ON CONFLICT DO NOTHING
    """)

  /// He starts as if he had been there from the start, so that he is not flooded with all that comes.
  private static func joinEventTypes(
    _ userID: Int, of businessID: Int, in transaction: PostgresTransaction
  ) async throws {
    var others: [Int: [RoundRobin.Candidate]] = [:]
    for row in try await transaction.query(hostsOfAll, businessID) {
      let type = try row.decode(Int.self, at: 0)
      others[type, default: []] += row.isNull(at: 1) ? [] : [try RoundRobin.Candidate(row: row)]
    }
    guard !others.isEmpty else { return }
    let types = others.keys.sorted()
    let assigned = types.map {
      RoundRobin.assignedOnJoining(weight: 100, priority: .medium, others: others[$0] ?? [])
    }
    _ = try await transaction.query(addHosts, businessID, userID, types, assigned)
  }

  // MARK: Changing and leaving

  /// What of a membership is to be otherwise; nil leaves it as it is.
  struct Wish: Sendable {
    var role: MembershipRole?
    /// His alone to say.
    var acceptsManaged: Bool?
  }

  private static let alter = Statement(
    """
    UPDATE memberships SET role = coalesce($3, role), accepts_managed = coalesce($4, accepts_managed)
    WHERE business_id = $1 AND id = $2
    """)

  /// The membership, and what he has of the team's patterns. Nil when there is no such team or membership.
  /// - Parameter permit: throws when the change may not be.
  func change(
    _ id: Int, to wish: Wish, in businessID: Int, by callerID: Int, now: Date,
    _ permit: @Sendable (MembershipChange) throws -> Void
  ) async throws -> (Membership, given: [ManagedEventTypeStore.Given])? {
    try await postgres.retrying { transaction in
      guard let change = try await Self.change(of: id, in: businessID, by: callerID, transaction) else {
        return nil
      }
      try permit(change)
      let userID = change.target.userID
      if wish.acceptsManaged == false {
        try await Self.removeGiven(to: userID, by: businessID, now: now, in: transaction)
      }
      _ = try await transaction.query(
        Self.alter, businessID, id, wish.role?.rawValue, wish.acceptsManaged)
      if wish.acceptsManaged == true {
        try await ManagedEventTypeStore.sync(of: businessID, now: now, in: transaction)
      }
      guard let row = try await transaction.query(Self.byID, businessID, id).first else { return nil }
      return (
        try Membership(row: row),
        try await ManagedEventTypeStore.given(to: userID, by: businessID, in: transaction)
      )
    }
  }

  // Hosts go with their membership, by foreign key; what follows his working hours must not do so any longer.
  private static let delete = Statement(
    """
    WITH gone AS (DELETE FROM memberships WHERE business_id = $1 AND user_id = $2)
    UPDATE event_types e SET schedule_id = NULL FROM schedules s
    WHERE e.business_id = $1 AND s.id = e.schedule_id AND s.user_id = $2
    """)

  /// Nil when there is no such team or membership.
  /// - Parameter permit: throws when he must stay.
  func remove(
    _ id: Int, from businessID: Int, by callerID: Int, now: Date,
    _ permit: @Sendable (MembershipChange) throws -> Void
  ) async throws -> Membership? {
    try await postgres.retrying { transaction in
      guard let change = try await Self.change(of: id, in: businessID, by: callerID, transaction) else {
        return nil
      }
      try permit(change)
      // Before his rows among hosts go: whoever books what he has of patterns may have them.
      try await Self.removeGiven(to: change.target.userID, by: businessID, now: now, in: transaction)
      _ = try await transaction.query(Self.delete, businessID, change.target.userID)
      try await EdgeEventStore.purge([.business(businessID)], ofBusiness: businessID, in: transaction)
      return change.target
    }
  }

  // MARK: Steps

  private static func removeGiven(
    to userID: Int, by businessID: Int, now: Date, in transaction: PostgresTransaction
  ) async throws {
    let leaving = try await LeavingEventTypeStore.given(to: userID, by: businessID, in: transaction)
    try await leaving.hold(now: now, in: transaction)
    try await leaving.remove(of: businessID, in: transaction)
  }

  /// What the caller is in a team whose members stay as they are until the commit; nil when he is not one of them.
  private static func lock(
    _ businessID: Int, for callerID: Int, in transaction: PostgresTransaction
  ) async throws -> MembershipRole? {
    guard try await TeamStore.lock(businessID, in: transaction),
      let team = try await TeamStore.team(id: businessID, in: transaction), !team.isPersonal
    else { return nil }
    return try await TeamStore.role(of: callerID, in: businessID, transaction)
  }

  private static let owners = Statement(
    "SELECT count(*) FROM memberships WHERE business_id = $1 AND role = 'owner'")

  private static func change(
    of id: Int, in businessID: Int, by callerID: Int, _ transaction: PostgresTransaction
  ) async throws -> MembershipChange? {
    guard let role = try await lock(businessID, for: callerID, in: transaction),
      let row = try await transaction.query(byID, businessID, id).first,
      let owners = try await transaction.query(owners, businessID).first
    else { return nil }
    return MembershipChange(
      callerID: callerID, callerRole: role, target: try Membership(row: row),
      owners: try owners.decode(Int.self, at: 0))
  }
}

extension Membership {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    businessID = try columns.next()
    id = try columns.next()
    userID = try columns.next()
    role = MembershipRole(rawValue: try columns.next(String.self)) ?? .staff
    acceptsManaged = try columns.next()
    createdAt = try columns.next()
    name = try columns.next()
    email = try columns.next()
    username = try columns.next()
    avatarURL = try columns.next()
    timeZone = try columns.next()
  }
}

extension RoundRobin.Candidate {
  /// From the second column on.
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    columns.skip()
    self.init(
      hostID: try columns.next(), priority: .init(rawValue: try columns.next(Int.self)) ?? .medium,
      weight: try columns.next(), assigned: try columns.next())
  }
}
