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

extension TeamStore {
  /// The business that a path names, to a member of it.
  func seen(_ context: OriginContext, _ parameter: String = "businessId", noun: String = "business")
    async throws
    -> Int
  {
    let caller = try context.requireCaller()
    let id = try context.id(parameter, of: noun)
    _ = try await requireRole(of: caller, in: id, noun: noun)
    return id
  }

  /// The same, to its owner and its admins.
  func managed(_ context: OriginContext, _ parameter: String = "businessId", noun: String = "business")
    async throws -> Int
  {
    let caller = try context.requireCaller()
    let id = try context.id(parameter, of: noun)
    try await requireManager(caller, of: id, noun: noun)
    return id
  }
}

extension MembershipRole {
  func requireManager() throws(Problem) {
    guard managesTeam else {
      throw .forbidden("Only owners and admins can do that; you are \(rawValue) here.")
    }
  }
}
