import Postgres

/// The schema, in the order in which it grew. Files are embedded, and an embedded folder cannot be listed at run
/// time, so the list is kept here; a test compares it with the folder.
enum Migrations {
  static let migrator = Migrator(migrations: all)

  static let all: [(name: String, sql: String)] = [
    ("0001_create_accounts", text(PackageResources._001_create_accounts_sql)),
    ("0002_create_schedules", text(PackageResources._002_create_schedules_sql)),
    ("0003_create_event_types", text(PackageResources._003_create_event_types_sql)),
    ("0004_create_bookings", text(PackageResources._004_create_bookings_sql)),
    ("0005_create_jobs", text(PackageResources._005_create_jobs_sql)),
    ("0006_create_edge_events", text(PackageResources._006_create_edge_events_sql)),
    ("0007_extend_availability", text(PackageResources._007_extend_availability_sql)),
    ("0008_create_resources", text(PackageResources._008_create_resources_sql)),
    ("0009_extend_event_types", text(PackageResources._009_extend_event_types_sql)),
    ("0010_extend_bookings", text(PackageResources._010_extend_bookings_sql)),
    ("0011_extend_teams", text(PackageResources._011_extend_teams_sql)),
    ("0012_create_webhooks", text(PackageResources._012_create_webhooks_sql)),
    ("0013_create_customers", text(PackageResources._013_create_customers_sql)),
    ("0014_create_api_keys", text(PackageResources._014_create_api_keys_sql)),
    ("0015_seat_emails", text(PackageResources._015_seat_emails_sql)),
    ("0016_list_bookings", text(PackageResources._016_list_bookings_sql)),
    ("0017_create_email_codes", text(PackageResources._017_create_email_codes_sql)),
    ("0018_lighter_bookings", text(PackageResources._018_lighter_bookings_sql)),
    ("0019_booker_of_attendees", text(PackageResources._019_booker_of_attendees_sql)),
    ("0020_managed_event_types", text(PackageResources._020_managed_event_types_sql)),
    ("0021_bookings_outlive_event_types", text(PackageResources._021_bookings_outlive_event_types_sql)),
    ("0022_consent_to_managed_event_types", text(PackageResources._022_consent_to_managed_event_types_sql)),
    ("0023_deliveries_outlive_webhooks", text(PackageResources._023_deliveries_outlive_webhooks_sql)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
