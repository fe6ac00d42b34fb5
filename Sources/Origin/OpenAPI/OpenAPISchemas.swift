import JSON

/// The schemas of the document. Besides JSON Schema a source may say, of objects,
/// - `"extends": "Name"` (or several): has the members of those too, and requires what they require;
/// - `"partialOf": "Name"`: the same, with nothing required, as a PATCH takes it;
/// - `"without": ["member"]`: but not these;
/// and `"$ref": "Name"` for `#/components/schemas/Name`. So every object can be closed against unknown members,
/// which `allOf` does not allow.
struct OpenAPISchemas {
  private var sources = JSONObject()

  mutating func add(_ schema: JSONObject.Member, _ file: String) throws(OpenAPIError) {
    if sources[schema.key] != nil { throw OpenAPIError("\(file): the schema \(schema.key) is there twice") }
    sources[schema.key] = schema.value
  }

  func all() throws(OpenAPIError) -> JSONValue {
    var all = JSONObject()
    for schema in sources.members { all[schema.key] = try resolved(schema.value) }
    return .object(all)
  }

  /// The value with every shorthand within it written out.
  func resolved(_ value: JSONValue) throws(OpenAPIError) -> JSONValue {
    switch value {
    case .array(let elements):
      var resolved: [JSONValue] = []
      for element in elements { resolved.append(try self.resolved(element)) }
      return .array(resolved)
    case .object(let object): return .object(try resolved(object))
    default: return value
    }
  }

  private func resolved(_ object: JSONObject) throws(OpenAPIError) -> JSONObject {
    if object["extends"] != nil || object["partialOf"] != nil { return try composed(object) }
    var resolved = JSONObject()
    for member in object.members {
      if member.key == "$ref", let name = member.value.string, !name.hasPrefix("#") {
        guard sources[name] != nil else { throw OpenAPIError("there is no schema \(name)") }
        resolved.members.append(.init(key: "$ref", value: .string("#/components/schemas/\(name)")))
      } else {
        resolved.members.append(.init(key: member.key, value: try self.resolved(member.value)))
      }
    }
    return resolved
  }

  private func composed(_ object: JSONObject) throws(OpenAPIError) -> JSONObject {
    var properties = JSONObject()
    var required: [JSONValue] = []
    let partial = object["partialOf"].map { [$0] } ?? []
    for base in (object["extends"]?.array ?? object["extends"].map { [$0] } ?? []) + partial {
      guard let source = base.string.flatMap({ sources[$0] })?.object else {
        throw OpenAPIError("there is no schema \(base.string ?? "")")
      }
      let schema = try resolved(source)
      for property in schema["properties"]?.object?.members ?? [] {
        properties[property.key] = property.value
      }
      if object["partialOf"] == nil { required += schema["required"]?.array ?? [] }
    }
    for property in object["properties"]?.object?.members ?? [] {
      properties[property.key] = try resolved(property.value)
    }
    required += object["required"]?.array ?? []
    for name in object["without"]?.array?.compactMap(\.string) ?? [] {
      guard properties[name] != nil else { throw OpenAPIError("there is no \(name) to leave out") }
      properties[name] = nil
      required.removeAll { $0.string == name }
    }
    var schema: JSONObject = ["type": .string("object")]
    for member in object.members where !Self.composing.contains(member.key) {
      schema[member.key] = try resolved(member.value)
    }
    if !required.isEmpty { schema["required"] = .array(required) }
    schema["additionalProperties"] = object["additionalProperties"] ?? .bool(false)
    schema["properties"] = .object(properties)
    return schema
  }

  private static let composing = [
    "extends", "partialOf", "without", "properties", "required", "additionalProperties",
  ]
}
