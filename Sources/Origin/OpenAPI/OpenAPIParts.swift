import JSON

/// Writes out what the operations have in common: envelopes, errors, parameters.
struct OpenAPIParts {
  /// From a reason of an error to what it means.
  var reasons = JSONObject()
  /// What the names in braces of a path stand for, by name.
  var parameters = JSONObject()
  /// From a name to the status and reasons of an answer that many operations share.
  var responses = JSONObject()

  private static let known = [
    "operationId", "summary", "description", "access", "query", "headers", "body", "bodyOptional",
    "bodyExamples", "answers", "errors", "path", "deprecated",
  ]

  func operation(_ source: JSONObject, path: String, tag: String, at place: String) throws(OpenAPIError)
    -> JSONValue
  {
    if let stray = source.members.first(where: { !Self.known.contains($0.key) }) {
      throw OpenAPIError("\(place): \(stray.key) is not a part of an operation")
    }
    var operation: JSONObject = ["tags": .array([.string(tag)])]
    for key in ["operationId", "summary", "description", "deprecated"] { operation[key] = source[key] }
    operation["security"] = try security(source["access"]?.string, place)
    let parameters =
      try pathParameters(path, source, place) + headerParameters(path, source)
      + named(source["query"], in: "query")
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if let body = source["body"] { operation["requestBody"] = requestBody(body, source) }
    operation["responses"] = .object(try answers(source, place) + errors(source, path, place))
    return .object(operation)
  }

  // MARK: Who

  private func security(_ access: String?, _ place: String) throws(OpenAPIError) -> JSONValue {
    let bearer = JSONValue.object(["bearer": .array([])])
    switch access {
    case "caller": return .array([bearer])
    case "anyone": return .array([.object([:]), bearer])
    case "cookie": return .array([.object(["refreshCookie": .array([])])])
    default: throw OpenAPIError("\(place): access must be caller, anyone or cookie")
    }
  }

  // MARK: Parameters

  private func pathParameters(_ path: String, _ source: JSONObject, _ place: String) throws(OpenAPIError)
    -> [JSONValue]
  {
    var found: [JSONValue] = []
    for segment in path.split(separator: "/") where segment.hasPrefix("{") {
      let name = String(segment.dropFirst().dropLast())
      guard let parameter = source["path"]?[name] ?? parameters[name] else {
        throw OpenAPIError("\(place): nothing says what \(name) is")
      }
      found.append(self.parameter(name, in: "path", parameter, isRequired: true))
    }
    return found
  }

  private func headerParameters(_ path: String, _ source: JSONObject) -> [JSONValue] {
    let own = named(source["headers"], in: "header")
    guard let version = VersionMiddleware.version(of: path) else { return own }
    let about = "The version of the format. Without it the newest is meant; another one is a 400."
    return [
      parameter(
        "cal-api-version", in: "header",
        .object(["type": .string("string"), "const": .string(version), "description": .string(about)]),
        isRequired: false)
    ] + own
  }

  private func named(_ parameters: JSONValue?, in place: String) -> [JSONValue] {
    (parameters?.object?.members ?? []).map { member in
      parameter(member.key, in: place, member.value, isRequired: member.value["required"]?.bool ?? false)
    }
  }

  /// A parameter is written as its schema, with `required` and `description` beside.
  private func parameter(_ name: String, in place: String, _ source: JSONValue, isRequired: Bool) -> JSONValue
  {
    var schema = source.object ?? [:]
    schema["required"] = nil
    schema["description"] = nil
    var parameter: JSONObject = ["name": .string(name), "in": .string(place)]
    if isRequired { parameter["required"] = .bool(true) }
    parameter["description"] = source["description"]
    parameter["schema"] = .object(schema)
    return .object(parameter)
  }

  // MARK: Bodies and answers

  private func requestBody(_ schema: JSONValue, _ source: JSONObject) -> JSONValue {
    var media: JSONObject = ["schema": schema]
    if let examples = source["bodyExamples"]?.object {
      media["examples"] = .object(
        JSONObject(examples.members.map { .init(key: $0.key, value: .object(["value": $0.value])) }))
    }
    return .object([
      "required": .bool(source["bodyOptional"] == nil),
      "content": .object(["application/json": .object(media)]),
    ])
  }

  private func answers(_ source: JSONObject, _ place: String) throws(OpenAPIError) -> JSONObject {
    var answers = JSONObject()
    for member in source["answers"]?.object?.members ?? [] {
      guard let answer = member.value.object else { throw OpenAPIError("\(place): \(member.key) is odd") }
      var response: JSONObject = ["description": answer["description"] ?? .string("As asked.")]
      response["headers"] = answer["headers"]
      if let content = answer["content"] {
        response["content"] = content
      } else if answer["empty"] == nil {
        response["content"] = .object(["application/json": envelope(answer)])
      }
      answers[member.key] = .object(response)
    }
    if answers.members.isEmpty { throw OpenAPIError("\(place): it has no answers") }
    return answers
  }

  private func envelope(_ answer: JSONObject) -> JSONValue {
    var properties: JSONObject = ["status": .object(["const": .string("success")])]
    var required = [JSONValue.string("status")]
    if let data = answer["data"] {
      properties["data"] = data
      required.append(.string("data"))
    }
    if answer["paged"]?.bool == true {
      properties["pagination"] = .object(["$ref": .string("Pagination")])
      required.append(.string("pagination"))
    }
    var media: JSONObject = [
      "schema": .object([
        "type": .string("object"), "required": .array(required), "additionalProperties": .bool(false),
        "properties": .object(properties),
      ])
    ]
    if let example = answer["example"] {
      media["example"] = .object(["status": .string("success"), "data": example])
    }
    return .object(media)
  }

  // MARK: Errors

  /// What the operation says can go wrong, and what can with every body, query, version and token.
  private func errors(_ source: JSONObject, _ path: String, _ place: String) throws(OpenAPIError)
    -> JSONObject
  {
    var reasons: [Int: [String]] = [:]
    for member in source["errors"]?.object?.members ?? [] {
      guard let status = Int(member.key), let list = member.value.array else {
        throw OpenAPIError("\(place): \(member.key) is no status with a list of reasons")
      }
      reasons[status] = list.compactMap(\.string)
    }
    var usual: [String] = []
    if source["body"] != nil { usual += ["invalid_input", "invalid_json", "invalid_body", "body_required"] }
    if source["query"] != nil, source["body"] == nil { usual += ["invalid_input"] }
    if VersionMiddleware.version(of: path) != nil { usual += ["unsupported_version"] }
    if !usual.isEmpty { reasons[400, default: []] += usual }
    var errors = JSONObject()
    var shared = JSONObject(
      responses.members.filter { $0.key != "413" && $0.key != "415" || source["body"] != nil })
    for (status, list) in reasons.sorted(by: { $0.key < $1.key }) {
      let more = shared[String(status)]?["reasons"]?.array?.compactMap(\.string) ?? []
      errors[String(status)] = try response(list + more.filter { !list.contains($0) }, place)
      shared[String(status)] = nil
    }
    for member in shared.members {
      errors[member.key] = .object(["$ref": .string("#/components/responses/Error\(member.key)")])
    }
    return JSONObject(errors.members.sorted { $0.key < $1.key })
  }

  func sharedResponses() throws(OpenAPIError) -> JSONValue {
    var shared = JSONObject()
    for member in responses.members {
      let list = member.value["reasons"]?.array?.compactMap(\.string) ?? []
      var response = try response(list, "responses: \(member.key)").object ?? [:]
      response["headers"] = member.value["headers"]
      shared["Error\(member.key)"] = .object(response)
    }
    return .object(shared)
  }

  private func response(_ list: [String], _ place: String) throws(OpenAPIError) -> JSONValue {
    var lines: [String] = []
    for reason in list {
      guard let meaning = reasons[reason]?.string else {
        throw OpenAPIError("\(place): nothing says what the reason \(reason) means")
      }
      lines.append("`\(reason)`: \(meaning)")
    }
    let reason = JSONValue.object(["enum": .array(list.map(JSONValue.string))])
    let narrowed = ["reason", "details", "error"].reduce(reason) { inner, key in
      .object(["properties": .object([key: inner])])
    }
    return .object([
      "description": .string(lines.joined(separator: "\n")),
      "content": .object([
        "application/json": .object([
          "schema": .object(["allOf": .array([.object(["$ref": .string("Error")]), narrowed])])
        ])
      ]),
    ])
  }
}

extension JSONObject {
  fileprivate static func + (one: JSONObject, other: JSONObject) -> JSONObject {
    JSONObject(one.members + other.members)
  }
}
