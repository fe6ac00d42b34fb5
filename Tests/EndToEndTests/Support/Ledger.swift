import Foundation
import Postgres
import Testing

/// Holds a Daybook to what must never break: what was acknowledged is there, nobody is booked twice, and every
/// booking's mails went out once.
struct Ledger: Sendable {
  let daybook: Daybook

  /// What is wrong; empty when all is well.
  func findings(acknowledged: Set<String>, mails: [String]) async throws -> [String] {
    try await lost(acknowledged) + overlaps() + wrongMails(mails) + leftJobs()
  }

  private func lost(_ acknowledged: Set<String>) async throws -> [String] {
    let accepted = Set(try await uids("SELECT uid FROM bookings WHERE status = 'accepted'"))
    return acknowledged.subtracting(accepted).sorted().map { "\($0) was acknowledged and is not there" }
  }

  /// By the bookings' own times, not by the table whose constraint is to prevent it.
  func overlaps() async throws -> [String] {
    try await uids(
      """
      SELECT uid FROM (
        SELECT b.uid, b.starts_at, max(b.ends_at) OVER (
          PARTITION BY h.user_id ORDER BY b.starts_at, b.id
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
        FROM bookings b JOIN booking_hosts h ON h.business_id = b.business_id AND h.booking_id = b.id
        WHERE b.status = 'accepted') AS bookings
      WHERE starts_at < busy_until
      """
    ).map { "\($0) overlaps another booking of its host" }
  }

  /// Two for every accepted booking, each once, and none for anything else.
  private func wrongMails(_ mails: [String]) async throws -> [String] {
    let wanted = Set(
      try await uids(
        """
        SELECT 'booking.' || b.uid || '.scheduled.' || r.name
        FROM bookings b
        JOIN booking_hosts h ON h.business_id = b.business_id AND h.booking_id = b.id
        CROSS JOIN LATERAL (VALUES ('attendee-0'), ('host-' || h.user_id)) AS r (name)
        WHERE b.status = 'accepted'
        """))
    let counts = Dictionary(mails.map { (String($0.prefix { $0 != "@" }), 1) }, uniquingKeysWith: +)
    return wanted.subtracting(counts.keys).sorted().map { "mail \($0) is missing" }
      + Set(counts.keys).subtracting(wanted).sorted().map { "mail \($0) belongs to no booking" }
      + counts.filter { $0.value > 1 }.map { "mail \($0.key) came \($0.value) times" }.sorted()
  }

  private func leftJobs() async throws -> [String] {
    try await uids("SELECT kind || ' ' || payload || ' ' || coalesce(last_error, '') FROM jobs")
      .map { "job left: \($0)" }
  }

  private func uids(_ sql: String) async throws -> [String] {
    try await daybook.database.query(.once(sql)).map { try $0.decode(String.self, at: 0) }
  }
}

extension Daybook {
  /// The Message-IDs of the mails in the folder, without angle brackets.
  func mailIDs() throws -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: mailFolder)) ?? []
    return files.filter { $0.hasSuffix(".eml") }.map { String($0.dropLast(4)) }
  }

  /// The mail to the first of those who are meant by "attendee" or "host".
  func mail(_ key: String) throws -> String {
    guard let id = try mailIDs().sorted().first(where: { $0.hasPrefix("\(key)-") }) else {
      throw EndToEndError("no mail \(key)")
    }
    return try String(contentsOfFile: "\(mailFolder)/\(id).eml", encoding: .utf8)
  }

  /// Waits until the worker has done all there is to do.
  @discardableResult
  func workIsDone(within limit: Duration) async throws -> Duration {
    try await eventually("no job is left", within: limit) {
      try await count("SELECT count(*) FROM jobs") == 0
    }
  }
}
