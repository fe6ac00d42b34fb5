import JSON
import Scheduling

/// A person who takes bookings of an event type.
struct EventTypeHost: Sendable, Equatable {
  var userID: Int
  var name = ""
  var email = ""
  var username = ""
  var timeZone = "UTC"
  var avatarURL: String?
  /// Needed in every booking of a round robin.
  var isMandatory = false
  var priority = RoundRobin.Priority.medium
  var weight = 100
  /// His schedule for this event type; nil is his default.
  var scheduleID: Int?
  /// Of a team's pattern: what he has of it.
  var managed: Managed?

  struct Managed: Sendable, Equatable {
    /// His own event type that is made like the pattern.
    var id: Int?
    /// Whether he wants what his team manages.
    var isAccepted: Bool

    enum Reason: String, Sendable {
      case notAccepted = "not_accepted"
      case slugTaken = "slug_taken"
    }

    /// Why he has none; nil when he has.
    var reason: Reason? { id != nil ? nil : isAccepted ? .slugTaken : .notAccepted }

    func writeMembers(to json: inout JSONWriter) {
      json.member("eventTypeId", id)
      json.member("reason", reason?.rawValue)
    }
  }

  /// - Parameter isPublic: leaves out what he has of a pattern.
  func write(to json: inout JSONWriter, isPublic: Bool) {
    json.object { json in
      json.member("userId", userID)
      json.member("name", name)
      json.member("username", username)
      json.member("avatarUrl", avatarURL)
      json.member("mandatory", isMandatory)
      json.member("priority", priority.text)
      json.member("weight", weight)
      json.member("scheduleId", scheduleID)
      if !isPublic, let managed { json.object("managed") { managed.writeMembers(to: &$0) } }
    }
  }
}

extension RoundRobin.Priority {
  static let texts = ["lowest", "low", "medium", "high", "highest"]

  var text: String { Self.texts[rawValue] }

  init?(text: String) {
    guard let index = Self.texts.firstIndex(of: text) else { return nil }
    self.init(rawValue: index)
  }
}

extension Input {
  /// `[{userId, mandatory, priority, weight, scheduleId}]`
  mutating func hosts(_ key: String) -> [EventTypeHost]? {
    let hosts = objects(key, max: 1000) { input in
      EventTypeHost(
        userID: input.int("userId", 1...Int.max), isMandatory: input.optionalBool("mandatory") ?? false,
        priority: input.choice("priority", of: RoundRobin.Priority.texts)
          .flatMap(RoundRobin.Priority.init(text:)) ?? .medium,
        weight: input.optionalInt("weight", 1...1000) ?? 100,
        scheduleID: input.optionalInt("scheduleId", 1...Int.max))
    }
    if let hosts, Set(hosts.map(\.userID)).count < hosts.count { mistake(key, "must not name a user twice") }
    return hosts
  }
}
