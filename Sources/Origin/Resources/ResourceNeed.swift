import JSON

/// So many units of a resource that every booking of an event type takes.
struct ResourceNeed: Sendable, Equatable {
  var resourceID: Int
  var quantity: Int

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", resourceID)
      json.member("quantity", quantity)
    }
  }
}

extension Input {
  /// `[{id, quantity}]` of an event type; one of each where no quantity stands.
  mutating func resourceNeeds(_ key: String) -> [ResourceNeed]? {
    let needs = objects(key, max: 20) { row in
      ResourceNeed(
        resourceID: row.int("id", 1...Int.max),
        quantity: row.optionalInt("quantity", Resource.quantities) ?? 1)
    }
    if let needs, Set(needs.map(\.resourceID)).count < needs.count {
      mistake(key, "must not name a resource twice")
    }
    return needs
  }
}
