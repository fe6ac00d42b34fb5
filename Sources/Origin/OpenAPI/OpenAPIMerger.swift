import JSON

/// Takes the files of `Document/` in, one feature each, and makes the parts of the OpenAPI document of them.
/// docs/openapi.md says how a file is written.
struct OpenAPIMerger {
  private var info: JSONValue = .null
  private var securitySchemes: JSONValue = .null
  private var tags: [JSONValue] = []
  private var paths = JSONObject()
  private var schemas = OpenAPISchemas()
  private var parts = OpenAPIParts()
  private var operations: [Operation] = []

  private struct Operation {
    var file: String
    var path: String
    var method: String
    var tag: String
    var source: JSONObject
  }

  mutating func add(_ file: String, _ bytes: [UInt8]) throws(OpenAPIError) {
    let source: JSONObject
    do {
      source = try JSONValue(parsing: bytes, limits: JSONLimits(depth: 40, members: 2000)).object ?? [:]
    } catch {
      throw OpenAPIError("\(file): \(error.message)")
    }
    for member in source.members {
      switch member.key {
      case "info": info = member.value
      case "securitySchemes": securitySchemes = member.value
      case "reasons": parts.reasons = member.value.object ?? [:]
      case "parameters": parts.parameters = member.value.object ?? [:]
      case "responses": parts.responses = member.value.object ?? [:]
      case "tag": tags.append(member.value)
      case "schemas": for schema in member.value.object?.members ?? [] { try schemas.add(schema, file) }
      case "paths": try addPaths(member.value, file, tag: source["tag"]?["name"]?.string ?? "")
      default: throw OpenAPIError("\(file): \(member.key) is not a part of such a file")
      }
    }
  }

  private mutating func addPaths(_ value: JSONValue, _ file: String, tag: String) throws(OpenAPIError) {
    for item in value.object?.members ?? [] {
      for method in item.value.object?.members ?? [] {
        guard ["get", "put", "post", "patch", "delete"].contains(method.key), let source = method.value.object
        else { throw OpenAPIError("\(file): \(item.key): \(method.key) is not a method") }
        // Written ahead of its route; who serves it strikes the word.
        if source["planned"] != nil { continue }
        operations.append(
          Operation(file: file, path: item.key, method: method.key, tag: tag, source: source))
      }
    }
  }

  // MARK: Out

  /// The document without `openapi` and `servers`.
  func document() throws(OpenAPIError) -> JSONValue {
    var paths = JSONObject()
    for operation in operations {
      let built = try parts.operation(
        operation.source, path: operation.path, tag: operation.tag,
        at: "\(operation.file): \(operation.method) \(operation.path)")
      var item = paths[operation.path]?.object ?? [:]
      if item[operation.method] != nil {
        throw OpenAPIError("\(operation.file): \(operation.method) \(operation.path) is there twice")
      }
      item[operation.method] = try schemas.resolved(built)
      paths[operation.path] = .object(item)
    }
    return .object([
      "info": info,
      "tags": .array(tags),
      "paths": .object(paths),
      "components": .object([
        "securitySchemes": securitySchemes,
        "responses": try schemas.resolved(parts.sharedResponses()),
        "schemas": try schemas.all(),
      ]),
    ])
  }
}
