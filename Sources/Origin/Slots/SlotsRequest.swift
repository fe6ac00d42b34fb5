import JSON
import Scheduling

/// The query of GET /v2/slots.
struct SlotsRequest: Sendable {
  var eventType: EventTypeReference
  var from: Instant
  var to: Instant
  /// Nil when none was sent: UTC, and times that end in Z.
  var zone: ZoneRules?
  var duration: Int?
  var asRange: Bool
  var ignoredUID: String?
  /// Of a round robin only these; nil is all.
  var hostIDs: [Int]?
}

extension Input {
  mutating func slots() -> SlotsRequest {
    let from = slotBound("start", isEnd: false)
    let to = slotBound("end", isEnd: true)
    if let from, let to {
      if to <= from {
        mistake("end", "must be after start")
      } else if to - from > SlotQuery.maximumDays * 86_400 {
        mistake("end", "must be at most \(SlotQuery.maximumDays) days after start")
      }
    }
    let format = optionalText("format", 1...10)?.lowercased() ?? "time"
    if format != "time", format != "range" { mistake("format", "must be time or range") }
    let zone = optionalTimeZone("timeZone").flatMap(ZoneRules.named)
    let uid = slotsBookingUID()
    let hostIDs = ids("rrHostSubsetIds")
    return SlotsRequest(
      eventType: slotsEventType(), from: from ?? Instant(seconds: 0), to: to ?? Instant(seconds: 0),
      zone: zone, duration: optionalInt("duration", 1...10_080), asRange: format == "range", ignoredUID: uid,
      hostIDs: hostIDs)
  }

  /// A date alone is its first second; as the end, a date and an exact midnight are the last second of that day.
  private mutating func slotBound(_ key: String, isEnd: Bool) -> Instant? {
    guard let text = optionalText(key, 1...40).map(compact) else {
      mistake(key, "is required")
      return nil
    }
    let instant = CivilDate(text).map(ZoneRules.utc.startOfDay) ?? Instant(text)
    guard let instant else {
      mistake(key, "must be a date such as 2050-09-05 or a time such as 2050-09-05T09:00:00Z")
      return nil
    }
    return isEnd && instant.seconds % 86_400 == 0 ? instant + 86_399 : instant
  }

  /// An unknown, empty or very long uid is ignored: nothing stops blocking.
  private mutating func slotsBookingUID() -> String? {
    guard let uid = value("bookingUidToReschedule")?.string, BookingUID.businessID(of: uid) != nil else {
      return nil
    }
    return uid
  }

  /// Numbers with commas between; none of them is as good as not asking.
  private mutating func ids(_ key: String) -> [Int]? {
    guard let text = optionalText(key, 0...2000), !text.isEmpty else { return nil }
    let ids = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    if ids.contains(nil) { mistake(key, "must be numbers with commas between, such as 7,9") }
    return ids.compactMap { $0 }
  }

  /// By id, by user and slug, by team and slug, or a dynamic group: the first whose key is there.
  private mutating func slotsEventType() -> EventTypeReference {
    guard !has("eventTypeId"), !has("eventTypeSlug"), let names = usernames("usernames") else {
      ignore("usernames")
      return eventTypeReference()
    }
    ignore("username", "teamSlug")
    if names.count < 2 { mistake("usernames", "must name at least two users") }
    return .group(names, organization: optionalText("organizationSlug", 1...100))
  }
}
