import HTTPTypes
import Hummingbird
import JSON
import Problem

/// The customers of a business, with notes and history: api.md section 4. Everybody who works there sees them and keeps
/// notes; taking one out is for the owner and the admins.
struct CustomerController: Sendable {
  let customers: CustomerStore
  let history: CustomerHistoryStore
  let teams: TeamStore
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/businesses/:businessId/customers")
    group.post("", use: create)
    group.get("", use: list)
    group.get(":customerId", use: read)
    group.patch(":customerId", use: update)
    group.delete(":customerId", use: delete)
  }

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.seen(context)
    var input = try await request.jsonInput()
    let new = CustomerChanges(
      name: input.text("name", 1...200), email: input.optionalEmail("email"),
      phoneNumber: input.phoneNumber("phoneNumber"), notes: input.optionalText("notes", 0...10_000))
    if new.email == nil, new.phoneNumber == nil { input.mistake("email", "is required, or phoneNumber") }
    try input.check()
    guard let customer = try await customers.create(new, in: businessID, now: clock.now) else {
      let field = new.email == nil ? "phoneNumber" : "email"
      throw Problem.conflict(
        "customer_exists", "There is such a customer already.", fields: [field: "is another customer's"])
    }
    return .success(.created) { customer.write(to: &$0) }
  }

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.seen(context)
    var input = try request.queryInput()
    let search = input.optionalText("q", 0...200)
    let (take, skip) = input.page(take: 100)
    try input.check()
    let (page, total) = try await customers.customers(of: businessID, search: search, take: take, skip: skip)
    return .enveloped(.ok) { json in
      json.array("data", page) { $1.write(to: &$0) }
      json.object("pagination") { Page(take: take, skip: skip, total: total).write(page.count, to: &$0) }
    }
  }

  /// `take` and `skip` page through his bookings.
  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.seen(context)
    let id = try context.id("customerId", of: "customer")
    var input = try request.queryInput()
    let (take, skip) = input.page(take: 50)
    try input.check()
    guard let customer = try await customers.customer(id, of: businessID) else {
      throw Problem.notFound("customer")
    }
    async let figuresFound = history.figures(of: id, in: businessID, now: clock.now)
    let visits = try await history.visits(of: id, in: businessID, take: take, skip: skip)
    let figures = try await figuresFound
    return .enveloped(.ok) { json in
      json.object("data") { json in
        customer.writeMembers(to: &json)
        figures.writeMembers(to: &json)
        json.array("bookings", visits) { $1.write(to: &$0) }
      }
      json.object("pagination") {
        Page(take: take, skip: skip, total: figures.total).write(visits.count, to: &$0)
      }
    }
  }

  @Sendable func update(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.seen(context)
    let id = try context.id("customerId", of: "customer")
    var input = try await request.jsonInput()
    let changes = CustomerChanges(
      name: input.optionalText("name", 1...200), phoneNumber: input.phoneNumber("phoneNumber"),
      notes: input.optionalText("notes", 0...10_000))
    try input.check()
    guard let customer = try await customers.update(id, changes, in: businessID, now: clock.now) else {
      throw Problem.notFound("customer")
    }
    return .success { customer.write(to: &$0) }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    let businessID = try await teams.managed(context)
    let id = try context.id("customerId", of: "customer")
    if let customer = try await customers.delete(id, of: businessID) {
      return .success { customer.write(to: &$0) }
    }
    guard try await customers.customer(id, of: businessID) != nil else { throw Problem.notFound("customer") }
    throw Problem.conflict(
      "customer_has_bookings", "This customer has bookings, which stay; only one without can be deleted.")
  }
}
