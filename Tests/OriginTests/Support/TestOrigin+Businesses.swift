import Postgres
import Testing

@testable import Origin

extension TestOrigin {
  /// Everybody's own business.
  func businessID(of person: Person) async throws -> Int {
    try #require(
      try await postgres.query(.once("SELECT business_id FROM users WHERE id = $1"), person.id).first
    ).decode(at: 0)
  }

  /// A team with people in it; its id.
  func staffedTeam(_ slug: String = "clinic", owner: Person, admin: Person? = nil, staff: Person? = nil)
    async throws -> Int
  {
    let team = try await team(slug, of: owner)
    if let admin { try await join(team, admin, as: "admin", by: owner) }
    if let staff { try await join(team, staff, as: "staff", by: owner) }
    return team
  }
}
