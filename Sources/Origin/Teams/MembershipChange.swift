import Problem

/// Who wants to change whose membership, as read under the team's lock: what is allowed then stays allowed until the
/// commit.
struct MembershipChange: Sendable {
  var callerID: Int
  var callerRole: MembershipRole
  var target: Membership
  /// How many owners the team has.
  var owners: Int

  /// Owners make and unmake owners; admins do the same with everybody else; a team always has an owner.
  func checkRole(_ role: MembershipRole) throws(Problem) {
    guard callerRole.managesTeam else { throw Self.onlyManagers }
    if role == .owner || target.role == .owner { try Self.checkOwner(callerRole) }
    if target.role == .owner, role != .owner { try checkLastOwner() }
  }

  /// What lies in somebody's own business is for himself to say.
  func checkConsent() throws(Problem) {
    guard target.userID == callerID else {
      throw .forbidden("Only the member himself says whether he accepts what the team manages.")
    }
  }

  /// Everybody may leave; only those who manage the team send somebody away.
  func checkRemoval() throws(Problem) {
    if target.userID != callerID {
      guard callerRole.managesTeam else { throw Self.onlyManagers }
      if target.role == .owner { try Self.checkOwner(callerRole) }
    }
    if target.role == .owner { try checkLastOwner() }
  }

  /// Whether somebody of this role may let somebody in with that one.
  static func checkAddition(of role: MembershipRole, by callerRole: MembershipRole) throws(Problem) {
    guard callerRole.managesTeam else { throw onlyManagers }
    if role == .owner { try checkOwner(callerRole) }
  }

  private static func checkOwner(_ role: MembershipRole) throws(Problem) {
    guard role == .owner else { throw .forbidden("Only an owner of the team can do that to an owner.") }
  }

  private func checkLastOwner() throws(Problem) {
    guard owners > 1 else {
      throw .conflict("last_owner", "A team needs an owner: make somebody else one first.")
    }
  }

  private static let onlyManagers = Problem.forbidden("Only owners and admins of the team can do that.")
}
