import HTTPTypes
import JSON
import TestSupport

/// An operation of the OpenAPI document as a test asks for it, so that tests reach routes that they never heard of.
struct ContractOperation: Sendable, CustomStringConvertible {
  let method: HTTPRequest.Method
  let path: String
  /// Without a token.
  let isPublic: Bool
  /// The names of its query parameters, and which of them it needs.
  let query: [(name: String, isRequired: Bool)]
  /// A body that the document calls right; nil where none is taken.
  let body: JSONValue?
  /// The members that its body may have.
  let members: [String]

  init?(_ operation: APIContract.Operation, of document: JSONValue) {
    guard let method = HTTPRequest.Method(rawValue: operation.method) else { return nil }
    self.method = method
    path = operation.path
    isPublic = operation.json["security"]?.array?.contains { $0["bearer"] == nil } ?? true
    query = (operation.json["parameters"]?.array ?? []).filter { $0["in"]?.string == "query" }.map {
      ($0["name"]?.string ?? "", $0["required"] == .bool(true))
    }
    let media = operation.json["requestBody"]?["content"]?["application/json"]
    let schema = media?["schema"].map { Self.resolved($0, document) }
    let example =
      media?["examples"]?.object?.members.first?.value["value"] ?? media?["example"]
      ?? schema?["examples"]?.array?.first
    body = media == nil ? nil : example ?? .object([:])
    members = schema?["properties"]?.object?.members.map(\.key) ?? []
  }

  static func all(_ contract: APIContract) -> [ContractOperation] {
    contract.all.compactMap { ContractOperation($0, of: contract.document) }
  }

  var description: String { "\(method.rawValue) \(path)" }

  var hasPathParameters: Bool { path.contains("{") }

  /// `/v2/teams/{teamId}/webhooks/{webhookId}` as `/v2/teams/*`, `/v2/teams/*/webhooks/*`: what each parameter names.
  var things: [String] {
    let segments = path.split(separator: "/").map { $0.hasPrefix("{") ? "*" : String($0) }
    return segments.indices.filter { segments[$0] == "*" }.map {
      "/" + segments[...$0].joined(separator: "/")
    }
  }

  /// The path with values in the places of its parameters.
  func path(_ values: [String]) -> String {
    var rest = values[...]
    return "/"
      + path.split(separator: "/").map { $0.hasPrefix("{") ? rest.popFirst() ?? "0" : String($0) }
      .joined(separator: "/")
  }

  private static func resolved(_ schema: JSONValue, _ document: JSONValue) -> JSONValue {
    guard let name = schema["$ref"]?.string?.split(separator: "/").last else { return schema }
    return document["components"]?["schemas"]?[String(name)] ?? schema
  }
}
