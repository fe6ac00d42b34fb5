import Foundation
import Postgres

/// The SQL of webhooks. Everything is asked for by its owner.
struct WebhookStore: Sendable {
  /// Of one owner.
  static let most = 100

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `Webhook.init(row:)`.
  private static let columns = """
    w.business_id, w.id, w.user_id, w.event_type_id, w.active, w.subscriber_url, w.triggers, w.payload_template,
    w.secret, w.secret_is_sealed, w.version
    """

  /// Those of the owner $1, $2, $3.
  private static let owned = """
    w.business_id = $1 AND w.user_id IS NOT DISTINCT FROM $2 AND w.event_type_id IS NOT DISTINCT FROM $3
    """

  // MARK: Owners

  private static let personal = Statement("SELECT u.business_id FROM users u WHERE u.id = $1")

  func owner(user userID: Int) async throws -> WebhookOwner? {
    try await postgres.query(Self.personal, userID).first.map {
      WebhookOwner(businessID: try $0.decode(at: 0), scope: .user(userID))
    }
  }

  private static let businessOfEventType = Statement(
    "SELECT e.business_id FROM event_types e WHERE e.id = $1")

  /// Whoever asks must still show that he may see to that business.
  func owner(eventType id: Int) async throws -> WebhookOwner? {
    try await postgres.query(Self.businessOfEventType, id).first.map {
      WebhookOwner(businessID: try $0.decode(at: 0), scope: .eventType(id))
    }
  }

  // MARK: Reading

  private static let page = Statement(
    "SELECT \(columns) FROM webhooks w WHERE \(owned) ORDER BY w.created_at, w.id LIMIT $4 OFFSET $5")

  func webhooks(of owner: WebhookOwner, take: Int, skip: Int) async throws -> [Webhook] {
    try await postgres.query(Self.page, owner.businessID, owner.userID, owner.eventTypeID, take, skip)
      .map(Webhook.init(row:))
  }

  private static let byID = Statement("SELECT \(columns) FROM webhooks w WHERE \(owned) AND w.id = $4")

  func webhook(_ id: String, of owner: WebhookOwner) async throws -> Webhook? {
    try await postgres.query(Self.byID, owner.businessID, owner.userID, owner.eventTypeID, id).first
      .map(Webhook.init(row:))
  }

  private static let managed = Statement(
    """
    SELECT \(columns) FROM webhooks w
    WHERE w.business_id = $1 AND w.id = $2 AND (w.user_id = $3 OR w.user_id IS NULL AND EXISTS (
      SELECT FROM memberships m WHERE m.business_id = w.business_id AND m.user_id = $3 AND m.role IN ('owner', 'admin')))
    """)

  /// A webhook of any scope that somebody may see to.
  func webhook(_ id: String, managedBy userID: Int) async throws -> Webhook? {
    guard let businessID = BookingUID.businessID(of: id) else { return nil }
    return try await postgres.query(Self.managed, businessID, id, userID).first.map(Webhook.init(row:))
  }

  // MARK: Writing

  private static let insert = Statement(
    """
    WITH w AS (
      INSERT INTO webhooks (business_id, user_id, event_type_id, id, active, subscriber_url, triggers,
        payload_template, secret, secret_is_sealed, version, created_at, updated_at)
      SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12
      WHERE (SELECT count(*) FROM webhooks w WHERE \(owned)) < $13
      RETURNING *)
    SELECT \(columns) FROM w
    """)

  /// Nil when the owner has as many as one may have.
  /// - Throws: a unique violation of `webhooks_subscriber_key`.
  func create(_ webhook: Webhook, now: Date) async throws -> Webhook? {
    let owner = webhook.owner
    let counted = owner.userID.map(RowOwnerStore.user) ?? .business(owner.businessID)
    return try await postgres.holding(counted) { transaction in
      try await transaction.query(
        Self.insert, owner.businessID, owner.userID, owner.eventTypeID, webhook.id, webhook.active,
        webhook.subscriberURL, webhook.triggers, webhook.payloadTemplate, webhook.secret?.bytes,
        webhook.secret?.isSealed ?? false, webhook.version, now, Self.most
      ).first.map(Webhook.init(row:))
    }
  }

  private static let update = Statement(
    """
    UPDATE webhooks w SET active = coalesce($5, w.active), subscriber_url = coalesce($6, w.subscriber_url),
      triggers = coalesce($7, w.triggers), version = coalesce($8, w.version),
      payload_template = CASE WHEN $9 THEN $10 ELSE w.payload_template END,
      secret = CASE WHEN $11 THEN $12 ELSE w.secret END,
      secret_is_sealed = CASE WHEN $11 THEN $13 ELSE w.secret_is_sealed END, updated_at = $14
    WHERE \(owned) AND w.id = $4
    RETURNING \(columns)
    """)

  /// - Parameter secret: the new one, where `changes` has one, fit to be stored.
  /// - Throws: a unique violation of `webhooks_subscriber_key`.
  func update(
    _ id: String, _ changes: WebhookChanges, secret: StoredSecret?, of owner: WebhookOwner, now: Date
  ) async throws -> Webhook? {
    try await postgres.query(
      Self.update, owner.businessID, owner.userID, owner.eventTypeID, id, changes.active,
      changes.subscriberURL,
      changes.triggers, changes.version, changes.payloadTemplate != nil, changes.payloadTemplate ?? nil,
      changes.secret != nil, secret?.bytes, secret?.isSealed ?? false, now
    ).first.map(Webhook.init(row:))
  }

  private static let delete = Statement(
    "DELETE FROM webhooks w WHERE \(owned) AND w.id = $4 RETURNING \(columns)")

  func delete(_ id: String, of owner: WebhookOwner) async throws -> Webhook? {
    try await postgres.query(Self.delete, owner.businessID, owner.userID, owner.eventTypeID, id).first
      .map(Webhook.init(row:))
  }

  private static let deleteAll = Statement("DELETE FROM webhooks w WHERE \(owned)")

  func deleteAll(of owner: WebhookOwner) async throws -> Int {
    try await postgres.query(Self.deleteAll, owner.businessID, owner.userID, owner.eventTypeID).affected
  }
}

extension Webhook {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    let businessID: Int = try columns.next()
    id = try columns.next()
    let userID: Int? = try columns.next()
    let eventTypeID: Int? = try columns.next()
    owner = WebhookOwner(
      businessID: businessID, scope: userID.map { .user($0) } ?? eventTypeID.map { .eventType($0) } ?? .team)
    active = try columns.next()
    subscriberURL = try columns.next()
    triggers = try columns.next()
    payloadTemplate = try columns.next()
    let bytes: [UInt8]? = try columns.next()
    let isSealed: Bool = try columns.next()
    secret = bytes.map { StoredSecret(bytes: $0, isSealed: isSealed) }
    version = try columns.next()
  }
}
