import HTTPTypes

/// The name of something that public answers are made of. Answers say in `Cache-Tag` what they were made of, and an
/// edge event that purges a tag makes every gateway forget them.
struct CacheTag: Sendable, Equatable {
  let text: String

  /// When a person is free: his bookings and working hours.
  static func host(_ id: Int) -> CacheTag { CacheTag(text: "host:\(id)") }

  /// The rules of an event type.
  static func eventType(_ id: Int) -> CacheTag { CacheTag(text: "event-type:\(id)") }

  /// What the public sees of a person: his name and the event types that he shows.
  static func profile(_ id: Int) -> CacheTag { CacheTag(text: "profile:\(id)") }

  /// What the public sees of a team: its name, its event types, and when it is open.
  static func business(_ id: Int) -> CacheTag { CacheTag(text: "business:\(id)") }

  static func changed(user id: Int) -> [CacheTag] { [.host(id), .profile(id)] }
}

extension HTTPFields {
  /// For answers that shared caches may keep, and browsers ask for again.
  static func cached(seconds: Int, by tags: [CacheTag]) -> HTTPFields {
    [
      .cacheControl: "public, max-age=0, s-maxage=\(seconds)",
      .cacheTag: tags.map(\.text).joined(separator: ", "),
    ]
  }

  /// For answers to a change: the gateway that relays one purges these before its client can ask again. The others
  /// hear of it by the edge event that was written with the change.
  static func purging(_ tags: [CacheTag]) -> HTTPFields {
    tags.isEmpty ? [:] : [.cachePurgeTags: tags.map(\.text).joined(separator: ", ")]
  }
}
