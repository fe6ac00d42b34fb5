import Foundation
import JSON
import Postgres

/// The SQL of event types.
struct EventTypeStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `EventType.init(_: inout PostgresColumns)`, in this order, from `event_types e` and `users u`.
  static let columns = """
    e.business_id, e.id, e.title, e.slug, e.description, e.length_minutes, e.length_options, e.slot_interval,
    e.offset_start, e.notice_minutes, e.before_buffer, e.after_buffer, e.only_first_slot, e.booking_window,
    e.schedule_id, e.locations, e.booking_fields, e.hidden, e.disable_guests, e.disable_cancelling,
    e.disable_rescheduling, e.settings, e.metadata, e.price, e.currency,
    u.id, u.name, u.email, u.username, u.time_zone, u.avatar_url, u.week_start
    """

  // MARK: Reading

  private static let ofUsername = Statement(
    """
    SELECT \(columns) FROM users u JOIN event_types e ON e.business_id = u.business_id AND e.owner_id = u.id
    WHERE u.username = $1 AND ($2::text IS NULL OR e.slug = $2) AND (NOT e.hidden OR u.id = $3)
    ORDER BY e.id LIMIT 500
    """)

  /// What the public sees of a user, and the user himself sees with what he hides.
  func eventTypes(username: String, slug: String?, seenBy caller: Int?) async throws -> [EventType] {
    try await postgres.query(Self.ofUsername, username, slug, caller).map(EventType.init(row:))
  }

  private static let ofOwner = Statement(
    """
    SELECT \(columns) FROM event_types e JOIN users u ON u.id = e.owner_id
    WHERE e.owner_id = $1 AND e.business_id = u.business_id ORDER BY e.id LIMIT 500
    """)

  func eventTypes(ownedBy userID: Int) async throws -> [EventType] {
    try await postgres.query(Self.ofOwner, userID).map(EventType.init(row:))
  }

  private static let byID = Statement(
    """
    SELECT \(columns) FROM event_types e JOIN users u ON u.id = e.owner_id
    WHERE e.id = $1 AND e.owner_id = $2
    """)

  func eventType(id: Int, ownedBy userID: Int) async throws -> EventType? {
    try await postgres.query(Self.byID, id, userID).first.map(EventType.init(row:))
  }

  // MARK: Writing

  /// `scheduleId` must be one of the owner's; with another the insert finds no row.
  private static let insert = Statement(
    """
    WITH e AS (
      INSERT INTO event_types (business_id, owner_id, title, slug, description, length_minutes, length_options,
        slot_interval, offset_start, notice_minutes, before_buffer, after_buffer, only_first_slot,
        booking_window, schedule_id, locations, booking_fields, hidden, disable_guests, disable_cancelling,
        disable_rescheduling, settings, metadata, created_at, updated_at)
      SELECT u.business_id, u.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20, $21, $22, $23, $23
      FROM users u
      WHERE u.id = $1 AND ($14::bigint IS NULL OR EXISTS (
        SELECT FROM schedules s WHERE s.business_id = u.business_id AND s.id = $14 AND s.user_id = u.id))
      RETURNING *),
    host AS (INSERT INTO event_type_hosts (business_id, event_type_id, user_id)
             SELECT e.business_id, e.id, e.owner_id FROM e),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT e.business_id, 'purge', $24 FROM e)
    SELECT \(columns) FROM e JOIN users u ON u.id = e.owner_id
    """)

  /// Nil when `scheduleID` is not one of the owner's.
  /// - Throws: a unique violation of `event_types_slug_key`.
  func create(_ type: EventType, for userID: Int, now: Date) async throws -> EventType? {
    try await postgres.query(
      Self.insert, userID, type.title, type.slug, type.description, type.length,
      type.lengthOptions.map(Int32.init), type.slotInterval, type.offsetStart, type.minimumNotice,
      type.beforeBuffer, type.afterBuffer, type.onlyFirstSlot, type.windowBytes, type.scheduleID,
      type.locationBytes, type.fieldBytes, type.hidden, type.disableGuests, type.disableCancelling,
      type.disableRescheduling, JSONBytes(JSONValue.object(type.settings).bytes), JSONBytes(type.metadata),
      now, [CacheTag.profile(userID).text]
    ).first.map(EventType.init(row:))
  }

  private static let update = Statement(
    """
    WITH e AS (
      UPDATE event_types e SET title = $2, slug = $3, description = $4, length_minutes = $5,
        length_options = $6, slot_interval = $7, offset_start = $8, notice_minutes = $9, before_buffer = $10,
        after_buffer = $11, only_first_slot = $12, booking_window = $13, schedule_id = $14, locations = $15,
        booking_fields = $16, hidden = $17, disable_guests = $18, disable_cancelling = $19,
        disable_rescheduling = $20, settings = $21, metadata = $22, updated_at = $23
      WHERE e.id = $1 AND e.owner_id = $24 AND ($14::bigint IS NULL OR EXISTS (
        SELECT FROM schedules s WHERE s.business_id = e.business_id AND s.id = $14 AND s.user_id = e.owner_id))
      RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT e.business_id, 'purge', $25 FROM e)
    SELECT \(columns) FROM e JOIN users u ON u.id = e.owner_id
    """)

  private static let lock = Statement(
    """
    SELECT \(columns) FROM event_types e JOIN users u ON u.id = e.owner_id
    WHERE e.id = $1 AND e.owner_id = $2 FOR UPDATE OF e
    """)

  enum Change: Sendable {
    case changed(EventType)
    case unknown
    case unknownSchedule
  }

  /// Reads, changes and writes under a row lock, so that two changes at once both count.
  func update(
    _ id: Int, ownedBy userID: Int, now: Date, _ change: @Sendable (EventType) throws -> EventType
  ) async throws -> Change {
    try await postgres.transaction { transaction in
      guard let row = try await transaction.query(Self.lock, id, userID).first else { return .unknown }
      let type = try change(EventType(row: row))
      let rows = try await transaction.query(
        Self.update, id, type.title, type.slug, type.description, type.length,
        type.lengthOptions.map(Int32.init), type.slotInterval, type.offsetStart, type.minimumNotice,
        type.beforeBuffer, type.afterBuffer, type.onlyFirstSlot, type.windowBytes, type.scheduleID,
        type.locationBytes, type.fieldBytes, type.hidden, type.disableGuests, type.disableCancelling,
        type.disableRescheduling, JSONBytes(JSONValue.object(type.settings).bytes), JSONBytes(type.metadata),
        now, userID, CacheTag.changed(eventType: id, of: userID).map(\.text))
      return try rows.first.map { .changed(try EventType(row: $0)) } ?? .unknownSchedule
    }
  }

  private static let delete = Statement(
    """
    WITH e AS (DELETE FROM event_types WHERE id = $1 AND owner_id = $2 RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT e.business_id, 'purge', $3 FROM e)
    SELECT \(columns) FROM e JOIN users u ON u.id = e.owner_id
    """)

  func delete(_ id: Int, ownedBy userID: Int) async throws -> EventType? {
    let tags = CacheTag.changed(eventType: id, of: userID).map(\.text)
    return try await postgres.query(Self.delete, id, userID, tags).first.map(EventType.init(row:))
  }
}

extension EventType {
  /// How many columns `EventTypeStore.columns` names.
  static let columnCount = 32

  init(row: PostgresRow) throws {
    var columns = row.columns
    try self.init(&columns)
  }

  init(_ columns: inout PostgresColumns) throws {
    businessID = try columns.next()
    id = try columns.next()
    title = try columns.next()
    slug = try columns.next()
    description = try columns.next()
    length = try columns.next()
    lengthOptions = try columns.next([Int32].self).map(Int.init)
    slotInterval = try columns.next()
    offsetStart = try columns.next()
    minimumNotice = try columns.next()
    beforeBuffer = try columns.next()
    afterBuffer = try columns.next()
    onlyFirstSlot = try columns.next()
    bookingWindow = try columns.json().flatMap(EventTypeWindow.init)
    scheduleID = try columns.next()
    locations = try columns.json()?.array ?? []
    bookingFields = try columns.json()?.array?.compactMap(BookingField.init) ?? []
    hidden = try columns.next()
    disableGuests = try columns.next()
    disableCancelling = try columns.next()
    disableRescheduling = try columns.next()
    settings = try columns.json()?.object ?? JSONObject()
    metadata = try columns.next()
    price = try columns.next()
    currency = try columns.next()
    owner.id = try columns.next()
    owner.name = try columns.next()
    owner.email = try columns.next()
    owner.username = try columns.next()
    owner.timeZone = try columns.next()
    owner.avatarURL = try columns.next()
    owner.weekStart = try columns.next()
  }

  fileprivate var windowBytes: JSONBytes? { bookingWindow.map { JSONBytes($0.json.bytes) } }
  fileprivate var locationBytes: JSONBytes { JSONBytes(JSONValue.array(locations).bytes) }
  fileprivate var fieldBytes: JSONBytes {
    var json = JSONWriter()
    json.array(bookingFields) { $1.write(to: &$0) }
    return JSONBytes(json.bytes)
  }
}
