import Problem

extension TeamStore {
  /// What the caller is in a business; who has no part in it learns nothing, not even that it is there.
  func requireRole(of caller: Caller, in businessID: Int, noun: String = "team") async throws
    -> MembershipRole
  {
    guard let role = try await role(of: caller.userID, in: businessID) else { throw Problem.notFound(noun) }
    return role
  }

  /// The same, where staff get a 403.
  @discardableResult
  func requireManager(_ caller: Caller, of businessID: Int, noun: String = "team") async throws
    -> MembershipRole
  {
    let role = try await requireRole(of: caller, in: businessID, noun: noun)
    try role.requireManager()
    return role
  }
}

extension MembershipRole {
  func requireManager() throws(Problem) {
    guard managesTeam else {
      throw .forbidden("Only owners and admins can do that; you are \(rawValue) here.")
    }
  }
}
