package import JSON

/// The part of JSON Schema 2020-12 that our OpenAPI document uses. Keywords that it does not know are mistakes of the
/// schema, so nothing is promised that nobody checks.
package struct JSONSchema: Sendable {
  /// What `#/…` in `$ref` starts from.
  private let root: JSONValue
  private let patterns = Patterns()

  package init(root: JSONValue) { self.root = root }

  /// Everything about the value that the schema does not allow, each with its place; empty when it fits.
  package func mistakes(in value: JSONValue, _ schema: JSONValue, at place: String = "") -> [String] {
    switch schema {
    case .bool(true): return []
    case .bool(false): return ["\(place) is not described"]
    case .object(let keywords):
      var found: [String] = []
      for keyword in keywords.members {
        found += mistakes(keyword.key, keyword.value, keywords, in: value, at: place)
      }
      return found
    default: return ["the schema of \(place) is \(schema.kind)"]
    }
  }

  /// Resolves `#/a/b` in the document.
  package func resolved(_ reference: String) -> JSONValue? {
    reference.dropFirst(2).split(separator: "/").reduce(root as JSONValue?) { $0?[String($1)] }
  }

  /// Says nothing about values.
  package static let annotations: Set<String> = [
    "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly",
  ]

  package static let assertions: Set<String> = [
    "$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf", "minimum", "maximum", "multipleOf",
    "minLength", "maxLength", "pattern", "format", "properties", "required", "additionalProperties",
    "propertyNames", "maxProperties", "items", "minItems", "maxItems", "uniqueItems",
  ]

  private func mistakes(
    _ keyword: String, _ rule: JSONValue, _ schema: JSONObject, in value: JSONValue, at place: String
  ) -> [String] {
    switch keyword {
    case "$ref":
      guard let target = rule.string.flatMap(resolved) else { return ["there is no \(rule)"] }
      return mistakes(in: value, target, at: place)
    case "type":
      let types = rule.array?.compactMap(\.string) ?? rule.string.map { [$0] } ?? []
      let fits = types.contains { value.isOf(type: $0) }
      return fits ? [] : ["\(place) must be \(types.joined(separator: " or ")), not \(value.kind)"]
    case "enum":
      let fits = rule.array?.contains(value) ?? false
      return fits ? [] : ["\(place) is \(value.short), which is none of \(rule.short)"]
    case "const": return rule == value ? [] : ["\(place) must be \(rule.short), not \(value.short)"]
    case "allOf": return (rule.array ?? []).flatMap { mistakes(in: value, $0, at: place) }
    case "anyOf", "oneOf": return choice(keyword, rule.array ?? [], in: value, at: place)
    case "properties", "required", "additionalProperties", "propertyNames", "maxProperties":
      guard let object = value.object else { return [] }
      return objectMistakes(keyword, rule, schema, in: object, at: place)
    case "items", "minItems", "maxItems", "uniqueItems":
      guard let elements = value.array else { return [] }
      return arrayMistakes(keyword, rule, in: elements, at: place)
    case "minLength", "maxLength", "pattern", "format":
      guard let text = value.string else { return [] }
      return textMistakes(keyword, rule, in: text, at: place)
    case "minimum", "maximum", "multipleOf":
      guard let number = value.number, let bound = rule.number else { return [] }
      return numberMistakes(keyword, bound, in: number, at: place)
    default: return Self.annotations.contains(keyword) ? [] : ["the schema of \(place) says \(keyword)"]
    }
  }

  /// Of several schemas the one that nearly fits explains best.
  private func choice(_ keyword: String, _ schemas: [JSONValue], in value: JSONValue, at place: String)
    -> [String]
  {
    let all = schemas.map { mistakes(in: value, $0, at: place) }
    let fitting = all.count { $0.isEmpty }
    if keyword == "oneOf", fitting > 1 { return ["\(place) fits \(fitting) schemas of which it may fit one"] }
    if fitting > 0 { return [] }
    return all.min { $0.count < $1.count } ?? []
  }

  private func objectMistakes(
    _ keyword: String, _ rule: JSONValue, _ schema: JSONObject, in object: JSONObject, at place: String
  ) -> [String] {
    switch keyword {
    case "properties":
      return (rule.object?.members ?? []).flatMap { property in
        object[property.key].map { mistakes(in: $0, property.value, at: "\(place).\(property.key)") } ?? []
      }
    case "required":
      return (rule.array ?? []).compactMap(\.string).filter { object[$0] == nil }
        .map { "\(place).\($0) is missing" }
    case "additionalProperties":
      if rule == .bool(true) { return [] }
      return object.members.filter { schema["properties"]?[$0.key] == nil }
        .flatMap { mistakes(in: $0.value, rule, at: "\(place).\($0.key)") }
    case "propertyNames":
      return object.members.flatMap {
        mistakes(in: .string($0.key), rule, at: "\(place).\($0.key) (its name)")
      }
    default:
      let most = rule.int ?? 0
      return object.members.count > most ? ["\(place) has more than \(most) members"] : []
    }
  }

  private func arrayMistakes(_ keyword: String, _ rule: JSONValue, in elements: [JSONValue], at place: String)
    -> [String]
  {
    switch keyword {
    case "items":
      return elements.enumerated().flatMap { mistakes(in: $1, rule, at: "\(place).\($0)") }
    case "minItems": return elements.count < rule.int ?? 0 ? ["\(place) has too few elements"] : []
    case "maxItems": return elements.count > rule.int ?? 0 ? ["\(place) has too many elements"] : []
    default:
      let repeats = elements.enumerated().contains { elements[..<$0].contains($1) }
      return repeats && rule == .bool(true) ? ["\(place) has an element twice"] : []
    }
  }

  private func textMistakes(_ keyword: String, _ rule: JSONValue, in text: String, at place: String)
    -> [String]
  {
    let count = text.unicodeScalars.count
    switch keyword {
    case "minLength": return count < rule.int ?? 0 ? ["\(place) is too short"] : []
    case "maxLength": return count > rule.int ?? 0 ? ["\(place) is too long"] : []
    case "pattern":
      let fits = patterns.match(rule.string ?? "", text)
      return fits ? [] : ["\(place) is \"\(text.prefix(80))\", which \(rule.short) does not match"]
    default:
      guard let format = rule.string.flatMap(TextFormat.init) else { return ["\(rule.short) is no format"] }
      return format.fits(text) ? [] : ["\(place) is \"\(text.prefix(80))\", which is no \(format.rawValue)"]
    }
  }

  private func numberMistakes(_ keyword: String, _ bound: Double, in number: Double, at place: String)
    -> [String]
  {
    switch keyword {
    case "minimum": number < bound ? ["\(place) is below \(bound)"] : []
    case "maximum": number > bound ? ["\(place) is above \(bound)"] : []
    default: number.truncatingRemainder(dividingBy: bound) == 0 ? [] : ["\(place) is no multiple of \(bound)"]
    }
  }
}

extension JSONValue {
  fileprivate var number: Double? {
    switch self {
    case .int(let int): Double(int)
    case .double(let double): double
    default: nil
    }
  }

  fileprivate func isOf(type: String) -> Bool {
    switch (type, self) {
    case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
      ("integer", .int), ("number", .int), ("number", .double):
      true
    // 1.0 is an integer too.
    case ("integer", .double(let double)): double == double.rounded()
    default: false
    }
  }

  fileprivate var short: String {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.utf8.count > 300 ? "\(text.prefix(300))…" : text
  }
}
