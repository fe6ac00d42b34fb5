import Foundation
import Postgres

/// The SQL of customers. Whoever asks has shown that he belongs to the business. Who books is entered by the statement
/// that books him (BookingStore).
struct CustomerStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `Customer.init(row:)`, from `customers c`.
  private static let columns = """
    c.id, c.business_id, c.name, c.email, c.phone_number, c.notes, c.created_at, c.updated_at
    """

  // MARK: Reading

  /// $2 is a pattern of LIKE, in lower case.
  private static let matching = """
    FROM customers c WHERE c.business_id = $1
      AND ($2::text IS NULL OR lower(c.name) LIKE $2 OR c.contact LIKE $2 OR c.phone_number LIKE $2)
    """
  private static let page = Statement(
    "SELECT \(columns) \(matching) ORDER BY lower(c.name), c.id LIMIT $3 OFFSET $4")
  private static let count = Statement("SELECT count(*) \(matching)")

  /// One page by name, and how many there are in all.
  func customers(of businessID: Int, search: String?, take: Int, skip: Int) async throws
    -> (page: [Customer], total: Int)
  {
    let pattern = search.map(Self.pattern)
    async let total = postgres.query(Self.count, businessID, pattern).first?.decode(Int.self, at: 0) ?? 0
    let rows = try await postgres.query(Self.page, businessID, pattern, take, skip)
    return (try rows.map(Customer.init(row:)), try await total)
  }

  private static func pattern(_ search: String) -> String {
    var pattern = "%"
    for scalar in search.lowercased().unicodeScalars {
      if "%_\\".unicodeScalars.contains(scalar) { pattern += "\\" }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }

  private static let byID = Statement(
    "SELECT \(columns) FROM customers c WHERE c.business_id = $1 AND c.id = $2")

  func customer(_ id: Int, of businessID: Int) async throws -> Customer? {
    try await postgres.query(Self.byID, businessID, id).first.map(Customer.init(row:))
  }

  // MARK: Writing

  private static let insert = Statement(
    """
    INSERT INTO customers AS c (business_id, contact, name, email, phone_number, notes, created_at, updated_at)
    VALUES ($1, lower(coalesce($3::text, $4)), $2, $3, $4, $5, $6, $6)
    ON CONFLICT (business_id, contact) DO NOTHING RETURNING \(columns)
    """)

  /// Nil when the business has him already.
  func create(_ new: CustomerChanges, in businessID: Int, now: Date) async throws -> Customer? {
    try await postgres.query(
      Self.insert, businessID, new.name ?? "", new.email, new.phoneNumber, new.notes ?? "", now
    ).first.map(Customer.init(row:))
  }

  private static let update = Statement(
    """
    UPDATE customers c SET name = coalesce($3, c.name), phone_number = coalesce($4, c.phone_number),
      notes = coalesce($5, c.notes), updated_at = $6
    WHERE c.business_id = $1 AND c.id = $2 RETURNING \(columns)
    """)

  func update(_ id: Int, _ changes: CustomerChanges, in businessID: Int, now: Date) async throws -> Customer?
  {
    try await postgres.query(
      Self.update, businessID, id, changes.name, changes.phoneNumber, changes.notes, now
    ).first.map(Customer.init(row:))
  }

  private static let delete = Statement(
    """
    DELETE FROM customers c WHERE c.business_id = $1 AND c.id = $2 AND NOT EXISTS (
      SELECT FROM booking_attendees a
      WHERE a.business_id = c.business_id AND lower(coalesce(a.email, a.phone_number)) = c.contact)
    RETURNING \(columns)
    """)

  /// Nil when he is not there, or has bookings.
  func delete(_ id: Int, of businessID: Int) async throws -> Customer? {
    try await postgres.query(Self.delete, businessID, id).first.map(Customer.init(row:))
  }
}

extension Customer {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    businessID = try columns.next()
    name = try columns.next()
    email = try columns.next()
    phoneNumber = try columns.next()
    notes = try columns.next()
    createdAt = try columns.next()
    updatedAt = try columns.next()
  }
}
