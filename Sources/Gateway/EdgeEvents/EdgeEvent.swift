import JSON

/// What origin tells every gateway at once.
enum EdgeEvent: Equatable {
  /// Nobody knows what was missed: everything stored is out of date. The revocations that matter follow.
  case reset
  /// Stored answers with these tags, or to these paths, are out of date.
  case purge(tags: [String], paths: [String])
  /// Tokens of a session do not count any more; `until`, in seconds since 1970, the last of them ends by itself.
  case revokeSession(String, until: Int)
  /// Tokens of a subject that were issued by then do not count any more.
  case revokeSubject(String, issuedBy: Int, until: Int)
  /// All that was missed has been told.
  case ready
  /// The stream lives.
  case alive

  /// Nil for what later versions may say, which is passed over.
  init?(_ event: EventStreamParser.Event) {
    switch event.name {
    case "reset": self = .reset
    case "ready": self = .ready
    case "alive": self = .alive
    case "purge":
      guard let data = Self.data(event) else { return nil }
      self = .purge(tags: Self.texts(data["tags"]), paths: Self.texts(data["paths"]))
    case "revoke":
      guard let data = Self.data(event), let until = data["until"]?.int else { return nil }
      if let session = data["session"]?.string {
        self = .revokeSession(session, until: until)
      } else if let user = data["user"]?.string, let issuedBy = data["issuedBy"]?.int {
        self = .revokeSubject(user, issuedBy: issuedBy, until: until)
      } else {
        return nil
      }
    default: return nil
    }
  }

  /// What must be understood, or nothing can be relied on.
  static func isEssential(_ event: EventStreamParser.Event) -> Bool {
    event.name == "purge" || event.name == "revoke"
  }

  private static func data(_ event: EventStreamParser.Event) -> JSONValue? {
    try? JSONValue(parsing: Array(event.data.utf8))
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    value?.array?.compactMap(\.string) ?? []
  }
}
