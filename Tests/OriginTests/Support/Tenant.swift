import HTTPTypes
import JSON
import Postgres
import TestSupport
import Testing

@testable import Origin

/// A business with something of every kind in it, made through the API; what only its own people may read has a word
/// in it that nothing else has.
struct Tenant: Sendable {
  static let secret = "xq7private"

  let owner: Person
  let team: Int
  /// From what a path parameter names (`/v2/teams/*/webhooks/*`) to the id of the tenant's one.
  private(set) var ids: [String: String] = [:]
  private let origin: TestOrigin
  private let operations: [ContractOperation]

  /// - Parameter isStranger: has the same kinds of things, without the secret word.
  init(_ name: String, in origin: TestOrigin, isStranger: Bool = false) async throws {
    self.origin = origin
    operations = ContractOperation.all(try TestOrigin.contract.get())
    owner = try await origin.signUp(name)
    team = try await origin.team("team-\(name)", of: owner)
    let word = isStranger ? "ordinary" : Self.secret
    ids["/v2/teams/*"] = String(team)
    for path in ["/v2/businesses/*", "/v2/organizations/*", "/v2/organizations/*/teams/*"] {
      ids[path] = String(team)
    }
    let mate = try await origin.signUp("\(name)-mate")
    ids["/v2/teams/*/memberships/*"] = String(try await origin.join(team, mate, as: "staff", by: owner))
    ids["/v2/bookings/*/reassign/*"] = String(mate.id)
    let type = try await origin.eventType(
      "hidden-\(word)", length: 60, more: #""hidden":true,"description":"\#(word)""#, of: owner)
    ids["/v2/event-types/*"] = String(type)
    let booked = try await origin.book(type, "2030-01-08T09:00:00Z", name: word, email: "\(word)@mail.test")
    ids["/v2/bookings/*"] = try #require(booked.data["uid"]?.string, "\(booked.text)")
    ids["/v2/schedules/*"] = String(try await origin.schedule("UTC", "09:00", "17:00", of: owner))
    ids["/v2/auth/sessions/*"] = try #require(
      try await origin.get("/v2/auth/sessions", as: owner).data.array?.first?["id"]?.string)
    try await furnish(word)
  }

  /// What the rest of the document lets one make, from its own examples.
  private mutating func furnish(_ word: String) async throws {
    let wanted = Set(operations.flatMap(\.things))
    let collections = operations.filter { $0.method == .post }.sorted { $0.path.count < $1.path.count }
    for operation in collections {
      let thing = operation.things.last.map { last in
        operation.path.hasSuffix("}") ? last : last + operation.path.suffix(from: operation.tail)
      }
      let item = (thing ?? operation.path) + "/*"
      guard wanted.contains(item), ids[item] == nil, let path = path(of: operation) else { continue }
      let answer = try await origin.post(path, body(of: operation, word: word) ?? "{}", as: owner)
      let id = ["id", "uid", "reservationUid"].lazy.compactMap { answer.data[$0] }.first
      ids[item] = id?.string ?? id?.int.map(String.init)
      #expect(ids[item] != nil, "\(operation) makes nothing for \(item): \(answer.text)")
    }
  }

  /// The path of an operation, to what the tenant has; nil when there is something in it that he does not have.
  func path(of operation: ContractOperation) -> String? {
    let values = operation.things.compactMap { ids[$0] }
    return values.count == operation.things.count ? operation.path(values) : nil
  }

  /// The document's example, about what the tenant has.
  func body(of operation: ContractOperation, word: String? = nil) -> String? {
    guard var body = operation.body else { return nil }
    // What a team offers is for everybody, unless it hides it.
    if word != nil, operation.path.hasSuffix("/event-types"), var object = body.object {
      object["hidden"] = .bool(true)
      object["description"] = .string("")
      body = .object(object)
    }
    return String(decoding: about(body, word).bytes, as: UTF8.self)
  }

  private func about(_ value: JSONValue, _ word: String?) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { about($0, word) })
    case .object(let object):
      return .object(
        JSONObject(
          object.members.map { member in
            .init(key: member.key, value: named(member.key, word) ?? about(member.value, word))
          }))
    default: return value
    }
  }

  private func named(_ key: String, _ word: String?) -> JSONValue? {
    let thing =
      switch key {
      case "eventTypeId": "/v2/event-types/*"
      case "scheduleId", "defaultScheduleId": "/v2/schedules/*"
      default: ""
      }
    if let id = ids[thing].flatMap({ Int($0) }) { return .int(id) }
    switch (key, word) {
    case ("userId", _): return .int(owner.id)
    case ("hosts", _): return .array([.object(["userId": .int(owner.id)])])
    case ("slotStart", _): return .string("2030-01-08T11:00:00Z")
    case ("secret", let word?), ("notes", let word?), ("note", let word?), ("description", let word?):
      return .string(word)
    default: return nil
    }
  }

  /// Every row that is the tenant's, table by table.
  func rows() async throws -> [String: String] {
    var rows: [String: String] = [:]
    let tables = try await origin.postgres.query(
      .once(
        """
        SELECT c.table_name FROM information_schema.columns c
        WHERE c.table_schema = 'public' AND c.column_name = 'business_id' ORDER BY 1
        """)
    ).map { try $0.decode(String.self, at: 0) }
    let own = try await origin.businessID(of: owner)
    for table in tables {
      rows[table] = try await text("\(table) t WHERE business_id IN (\(team), \(own))")
    }
    rows["businesses"] = try await text("businesses t WHERE id IN (\(team), \(own))")
    return rows
  }

  private func text(_ from: String) async throws -> String {
    try await origin.postgres.query(
      .once(
        "SELECT coalesce(string_agg(to_jsonb(t)::text, E'\\n' ORDER BY to_jsonb(t)::text), '') FROM \(from)")
    ).first?.decode(at: 0) ?? ""
  }
}

extension ContractOperation {
  /// Where the path goes on after its last parameter.
  fileprivate var tail: String.Index {
    path.lastIndex(of: "}").map { path.index(after: $0) } ?? path.startIndex
  }
}
