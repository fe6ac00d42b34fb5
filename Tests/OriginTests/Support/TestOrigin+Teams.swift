import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

extension TestOrigin {
  func team(_ slug: String, of owner: Person) async throws -> Int {
    let answer = try await post("/v2/teams", #"{"name":"Team \#(slug)","slug":"\#(slug)"}"#, as: owner)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  /// The id of the membership.
  @discardableResult
  func join(_ team: Int, _ person: Person, as role: String, by manager: Person) async throws -> Int {
    let answer = try await post(
      "/v2/teams/\(team)/memberships", #"{"userId":\#(person.id),"role":"\#(role)"}"#, as: manager)
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["id"]?.int)
  }

  /// Lets somebody say whether he accepts what a team manages.
  @discardableResult
  func accept(_ accepts: Bool = true, of team: Int, _ person: Person) async throws -> Answer {
    let list = try await get("/v2/teams/\(team)/memberships", as: person)
    let own = list.data.array?.first { $0["userId"]?.int == person.id }
    let id = try #require(own?["id"]?.int, "\(list.text)")
    return try await patch(
      "/v2/teams/\(team)/memberships/\(id)", #"{"acceptsManagedEventTypes":\#(accepts)}"#, as: person)
  }

  /// A round robin of a team, straight into the database, without hosts.
  func teamEventType(_ slug: String, of team: Int, allMembers: Bool = false) async throws -> Int {
    let rows = try await postgres.query(
      .once(
        """
        INSERT INTO event_types (business_id, title, slug, length_minutes, scheduling_type, all_members, notice_minutes,
          created_at, updated_at)
        VALUES (\(team), 'T', '\(slug)', 60, 'roundRobin', \(allMembers), 0, now(), now()) RETURNING id
        """))
    return try #require(rows.first).decode(Int.self, at: 0)
  }

  func put(_ path: String, _ body: String, as person: Person? = nil) async throws -> Answer {
    try await send(.put, path, body: body, as: person)
  }

  func count(_ sql: String) async throws -> Int {
    try await postgres.query(.once(sql)).first?.decode(Int.self, at: 0) ?? -1
  }

  /// Does something so many times at once.
  func together(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Answer) async throws
    -> [Answer]
  {
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for index in 0..<count { group.addTask { (index, try await body(index)) } }
      // As they were asked, not as they came.
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }.sorted { $0.key < $1.key }.map(\.value)
    }
  }
}
