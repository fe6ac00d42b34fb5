import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Logging
import Postgres
import Problem

/// Webhooks of a person, an event type and a team: api.md 1.9. Setting them up; what is sent is another matter.
struct WebhookController: Sendable {
  let webhooks: WebhookStore
  let deliveries: WebhookDeliveryStore
  let teams: TeamStore
  let secrets: SecretBox
  let allowsPrivate: Bool
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    for (path, scope) in [
      ("/v2/webhooks", Scope.person), ("/v2/event-types/:id/webhooks", .eventType),
      ("/v2/teams/:teamId/webhooks", .team),
    ] {
      let group = router.group(RouterPath(path))
      let item: RouterPath = scope == .person ? ":id" : ":webhookId"
      let name = scope == .person ? "id" : "webhookId"
      group.post("") { try await create($0, context: $1, scope) }
      group.get("") { try await list($0, context: $1, scope) }
      group.get(item) { try await read($0, context: $1, scope, $1.text(name)) }
      group.patch(item) { try await update($0, context: $1, scope, $1.text(name)) }
      group.delete(item) { try await delete($0, context: $1, scope, $1.text(name)) }
    }
    router.delete("/v2/event-types/:id/webhooks", use: deleteAll)
    router.get("/v2/webhooks/:id/deliveries", use: log)
  }

  // MARK: Routes

  private func create(_ request: Request, context: OriginContext, _ scope: Scope) async throws -> Response {
    let owner = try await owner(scope, context)
    var input = try await request.jsonInput()
    let new = input.webhook(isNew: true, allowsPrivate: allowsPrivate)
    try input.check()
    let id = BookingUID.make(businessID: owner.businessID)
    let webhook = Webhook(
      id: id, owner: owner, active: new.active ?? true, subscriberURL: new.subscriberURL ?? "",
      triggers: new.triggers ?? [], payloadTemplate: new.payloadTemplate ?? nil,
      secret: try stored(new.secret, id),
      version: new.version ?? Webhook.version)
    let created = try await refusingTakenURL { try await webhooks.create(webhook, now: clock.now) }
    guard let created else {
      throw Problem.badRequest(
        "too_many", "There can be at most \(WebhookStore.most) webhooks here; delete one first.")
    }
    return .success(.created) { write(created, context, to: &$0) }
  }

  private func list(_ request: Request, context: OriginContext, _ scope: Scope) async throws -> Response {
    let owner = try await owner(scope, context)
    var input = try request.queryInput()
    let (take, skip) = input.page(take: 250)
    try input.check()
    let page = try await webhooks.webhooks(of: owner, take: take, skip: skip)
    return .success { json in json.array(page) { write($1, context, to: &$0) } }
  }

  private func read(_ request: Request, context: OriginContext, _ scope: Scope, _ id: String) async throws
    -> Response
  {
    let owner = try await owner(scope, context)
    guard let webhook = try await webhooks.webhook(id, of: owner) else { throw Problem.notFound("webhook") }
    return .success { write(webhook, context, to: &$0) }
  }

  private func update(_ request: Request, context: OriginContext, _ scope: Scope, _ id: String) async throws
    -> Response
  {
    let owner = try await owner(scope, context)
    var input = try await request.jsonInput()
    let changes = input.webhook(isNew: false, allowsPrivate: allowsPrivate)
    try input.check()
    let secret = try stored(changes.secret, id)
    let webhook = try await refusingTakenURL {
      try await webhooks.update(id, changes, secret: secret, of: owner, now: clock.now)
    }
    guard let webhook else { throw Problem.notFound("webhook") }
    return .success { write(webhook, context, to: &$0) }
  }

  private func delete(_ request: Request, context: OriginContext, _ scope: Scope, _ id: String) async throws
    -> Response
  {
    let owner = try await owner(scope, context)
    guard let webhook = try await webhooks.delete(id, of: owner) else { throw Problem.notFound("webhook") }
    return .success { write(webhook, context, to: &$0) }
  }

  @Sendable private func deleteAll(_ request: Request, context: OriginContext) async throws -> Response {
    let owner = try await owner(.eventType, context)
    let count = try await webhooks.deleteAll(of: owner)
    return .success { $0.string("\(count) webhooks deleted") }
  }

  @Sendable private func log(_ request: Request, context: OriginContext) async throws -> Response {
    let caller = try context.requireCaller()
    guard let webhook = try await webhooks.webhook(context.text("id"), managedBy: caller.userID) else {
      throw Problem.notFound("webhook")
    }
    var input = try request.queryInput()
    let (take, skip) = input.page(take: 100)
    try input.check()
    let (page, total) = try await deliveries.deliveries(of: webhook, take: take, skip: skip)
    return .enveloped(.ok) { json in
      json.array("data", page) { $1.write(to: &$0) }
      json.object("pagination") { Page(take: take, skip: skip, total: total).write(page.count, to: &$0) }
    }
  }

  // MARK: Owners

  private enum Scope: Sendable { case person, eventType, team }

  /// Whose webhooks the path speaks of, when the caller may see to them.
  private func owner(_ scope: Scope, _ context: OriginContext) async throws -> WebhookOwner {
    let caller = try context.requireCaller()
    switch scope {
    case .person:
      guard let owner = try await webhooks.owner(user: caller.userID) else { throw Problem.notFound("user") }
      return owner
    case .eventType:
      guard let owner = try await webhooks.owner(eventType: try context.id("id", of: "event type")) else {
        throw Problem.notFound("event type")
      }
      try await teams.requireManager(caller, of: owner.businessID, noun: "event type")
      return owner
    case .team:
      let id = try await teams.managed(context, "teamId", noun: "team")
      // Everybody's own business is not shown as a team.
      guard let team = try await teams.team(id: id), !team.isPersonal else { throw Problem.notFound("team") }
      return WebhookOwner(businessID: id, scope: .team)
    }
  }

  // MARK: Secrets and clashes

  private func stored(_ secret: String??, _ id: String) throws -> StoredSecret? {
    guard let secret = secret ?? nil else { return nil }
    return try secrets.store(secret, context: Webhook.secretContext(id))
  }

  private func write(_ webhook: Webhook, _ context: OriginContext, to json: inout JSONWriter) {
    webhook.write(secret: opened(webhook, context), to: &json)
  }

  /// One secret whose key the operator lost must not hide all the rest.
  private func opened(_ webhook: Webhook, _ context: OriginContext) -> String? {
    do {
      return try webhook.secret.map { try secrets.open($0, context: Webhook.secretContext(webhook.id)) }
    } catch {
      context.log.error(
        "a webhook's secret does not open", metadata: ["webhook": "\(webhook.id)", "error": "\(error)"])
      return nil
    }
  }

  private func refusingTakenURL<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as PostgresError where error.isUniqueViolation(constraint: "webhooks_subscriber_key") {
      throw Problem.conflict(
        "subscriber_taken", "There is a webhook to this address already.",
        fields: ["subscriberUrl": "is the address of another webhook here"])
    } catch let error as PostgresError where error.isForeignKeyViolation() {
      throw Problem.notFound("event type")
    }
  }
}
