import JSON
import Postgres

/// The SQL of which mails are not sent.
struct EmailSettingsStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let ofEventType = Statement.read(
    "SELECT settings -> $3::text FROM event_types WHERE business_id = $1 AND id = $2")

  /// Those of the event type of a booking; without one any more, as usual.
  func settings(for booking: Booking) async throws -> EmailSettings {
    guard let typeID = booking.eventTypeID,
      let row = try await postgres.query(Self.ofEventType, booking.businessID, typeID, EmailSettings.key)
        .first
    else { return EmailSettings() }
    var columns = row.columns
    return EmailSettings(try columns.json())
  }
}
