import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import Origin

/// Every route of the OpenAPI document, asked by somebody who has nothing to do with what it is about.
@Suite struct StrangerTests {
  /// What a stranger may ask about what is not his, and why. All of it is public by the document too.
  private static let open: [String: String] = [
    "POST /v2/auth/signup": "makes an account of one's own",
    "POST /v2/auth/login": "by a password",
    "POST /v2/auth/refresh": "by one's own cookie",
    "POST /v2/auth/logout": "ends one's own session",
    "POST /v2/bookings": "anybody may book",
    "GET /v2/bookings/{uid}": "whoever was given the uid, which nobody guesses",
    "POST /v2/bookings/{uid}/cancel": "whoever was given the uid",
    "POST /v2/bookings/{uid}/reschedule": "whoever was given the uid",
    "GET /v2/bookings/by-seat/{seatUid}": "whoever was given the uid",
    "POST /v2/slots/reservations": "anybody may hold what he may book",
    "GET /v2/slots/reservations/{uid}": "whoever was given the uid",
    "PATCH /v2/slots/reservations/{uid}": "whoever was given the uid",
    "DELETE /v2/slots/reservations/{uid}": "whoever was given the uid",
    "POST /v2/bookings/verification/email/send-code": "to an address, whoever asks",
    "POST /v2/bookings/verification/email/verify-code": "whoever was sent the code",
    "GET /v2/slots/live": "when an event type that anybody may book changes; never ends",
  ]

  /// What answers strangers, without anything that is private.
  private static let shown: [String: String] = [
    "GET /v2/teams/{teamId}/event-types": "what a team offers, without what it hides",
    "GET /v2/organizations/{orgId}/teams/{teamId}/event-types": "the same",
  ]

  @Test func `a stranger with a token finds nothing of a tenant's and changes nothing`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let tenant = try await Tenant("ana", in: origin)
      let stranger = try await Tenant("eve", in: origin, isStranger: true)
      let before = try await tenant.rows()
      for operation in try Self.closed {
        let path = try #require(tenant.path(of: operation), "nothing of the tenant's for \(operation)")
        try await Self.refuses(operation, path, tenant, as: stranger.owner, origin)
        // What the tenant has, under the roof of what the stranger has.
        guard operation.things.count > 1, let own = stranger.ids[operation.things[0]] else { continue }
        let mixed = operation.path([own] + operation.things.dropFirst().compactMap { tenant.ids[$0] })
        try await Self.refuses(operation, mixed, tenant, as: stranger.owner, origin)
      }
      let after = try await tenant.rows()
      for (table, rows) in before { #expect(after[table] == rows, "\(table) changed") }
      #expect(try await origin.get("/v2/me", as: tenant.owner).status == 200)
    }
  }

  @Test func `without a token everything that is not public is a 401`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let tenant = try await Tenant("ana", in: origin)
      let before = try await tenant.rows()
      for operation in try Self.closed where !operation.isPublic {
        let path = try #require(tenant.path(of: operation), "nothing of the tenant's for \(operation)")
        let answer = try await origin.send(operation.method, path, body: tenant.body(of: operation))
        #expect(answer.status == 401, "\(operation): \(answer.text)")
      }
      #expect(try await tenant.rows() == before)
    }
  }

  @Test func `the owner himself reads all of it, so the paths of these tests lead somewhere`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let tenant = try await Tenant("ana", in: origin)
      var secrets = 0
      for operation in try Self.closed
      where operation.method == .get && operation.query.allSatisfy({ !$0.isRequired }) {
        let answer = try await origin.get(try #require(tenant.path(of: operation)), as: tenant.owner)
        #expect(answer.status == 200, "\(operation): \(answer.text)")
        if answer.text.contains(Tenant.secret) { secrets += 1 }
      }
      #expect(secrets >= 10, "the secret word stands in \(secrets) answers")
    }
  }

  @Test func `what is open to strangers is public by the document, and still there`() throws {
    let operations = ContractOperation.all(try TestOrigin.contract.get())
    for operation in operations where Self.open[operation.description] != nil {
      #expect(operation.isPublic, "\(operation) asks for a token: strangers may not use it")
    }
  }

  private static var closed: [ContractOperation] {
    get throws {
      ContractOperation.all(try TestOrigin.contract.get()).filter { open[$0.description] == nil }
    }
  }

  private static func refuses(
    _ operation: ContractOperation, _ path: String, _ tenant: Tenant, as stranger: Person,
    _ origin: TestOrigin
  ) async throws {
    let bodies = operation.body == nil ? [nil] : [tenant.body(of: operation), "{}"]
    for body in bodies {
      let answer = try await origin.send(operation.method, path, body: body, as: stranger)
      #expect(!answer.text.contains(Tenant.secret), "\(operation) \(path) shows a stranger: \(answer.text)")
      guard operation.hasPathParameters, shown[operation.description] == nil else { continue }
      #expect(400..<500 ~= answer.status, "\(operation) \(path) lets a stranger: \(answer.text)")
    }
  }
}
