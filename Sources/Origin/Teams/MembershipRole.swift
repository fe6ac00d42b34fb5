/// What somebody may do in a business.
enum MembershipRole: String, Sendable, CaseIterable {
  case owner, admin, staff

  /// Whether he may change the team, its members, its event types and everybody's bookings there.
  var managesTeam: Bool { self != .staff }
}
