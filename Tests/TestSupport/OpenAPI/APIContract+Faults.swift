import JSON

/// What is wrong with a document in itself, before anybody asks anything.
extension APIContract {
  package var faults: [String] {
    var found: [String] = []
    let names = all.compactMap { $0.json["operationId"]?.string }
    if Set(names).count < all.count { found.append("an operationId is missing, or there twice") }
    for operation in all { found += faults(of: operation) }
    for member in document["components"]?["schemas"]?.object?.members ?? [] {
      found += faults(ofSchema: member.value, at: "schema \(member.key)")
    }
    return found
  }

  private func faults(of operation: Operation) -> [String] {
    let place = "\(operation.method) \(operation.path)"
    let json = operation.json
    var found: [String] = []
    if json["summary"]?.string?.isEmpty ?? true { found.append("\(place) has no summary") }
    let tags = document["tags"]?.array?.compactMap { $0["name"]?.string } ?? []
    if json["tags"]?.array?.allSatisfy({ tags.contains($0.string ?? "") }) != true {
      found.append("\(place) has a tag that is not declared")
    }
    for parameter in json["parameters"]?.array ?? [] {
      let name = parameter["name"]?.string ?? "?"
      found += faults(ofSchema: parameter["schema"] ?? .null, at: "\(place), parameter \(name)")
    }
    found += faults(ofContent: json["requestBody"], at: "\(place), request")
    for response in json["responses"]?.object?.members ?? [] {
      if let reference = response.value["$ref"]?.string, schema.resolved(reference) == nil {
        found.append("\(place): there is no \(reference)")
      }
      found += faults(ofContent: response.value, at: "\(place), \(response.key)")
    }
    return found
  }

  private func faults(ofContent holder: JSONValue?, at place: String) -> [String] {
    (holder?["content"]?.object?.members ?? []).flatMap { media -> [String] in
      guard let rule = media.value["schema"] else { return ["\(place) has no schema"] }
      let examples =
        (media.value["example"].map { [$0] } ?? [])
        + (media.value["examples"]?.object?.members.compactMap { $0.value["value"] } ?? [])
      return faults(ofSchema: rule, at: place)
        + examples.flatMap { schema.mistakes(in: $0, rule, at: "\(place), example") }
    }
  }

  /// Unknown keywords, dead references, required members that nobody describes, and examples that do not fit.
  private func faults(ofSchema rule: JSONValue, at place: String) -> [String] {
    guard let keywords = rule.object else {
      return rule.bool == nil ? ["\(place) is no schema"] : []
    }
    var found: [String] = []
    for keyword in keywords.members {
      let known = JSONSchema.annotations.union(JSONSchema.assertions)
      if !known.contains(keyword.key) { found.append("\(place) says \(keyword.key), which nobody checks") }
      found += faults(ofKeyword: keyword, at: place)
    }
    if let properties = keywords["properties"] {
      let required = keywords["required"]?.array?.compactMap(\.string) ?? []
      found += required.filter { properties[$0] == nil }.map {
        "\(place) requires \($0) without describing it"
      }
      if Set(required).count < required.count { found.append("\(place) requires something twice") }
    }
    for example in keywords["examples"]?.array ?? [] {
      found += schema.mistakes(in: example, rule, at: "\(place), example")
    }
    return found
  }

  private func faults(ofKeyword keyword: JSONObject.Member, at place: String) -> [String] {
    switch keyword.key {
    case "$ref":
      let target = keyword.value.string.flatMap(schema.resolved)
      return target == nil ? ["\(place): there is no \(keyword.value)"] : []
    case "properties":
      return (keyword.value.object?.members ?? []).flatMap {
        faults(ofSchema: $0.value, at: "\(place).\($0.key)")
      }
    case "items", "additionalProperties", "propertyNames":
      return faults(ofSchema: keyword.value, at: "\(place).\(keyword.key)")
    case "allOf", "anyOf", "oneOf":
      return (keyword.value.array ?? []).flatMap { faults(ofSchema: $0, at: "\(place).\(keyword.key)") }
    case "format":
      return TextFormat(rawValue: keyword.value.string ?? "") == nil ? ["\(place): no format we know"] : []
    default: return []
    }
  }
}
