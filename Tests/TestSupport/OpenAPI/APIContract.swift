import Foundation
package import JSON

/// An OpenAPI document, asked whether what was said over the wire is what it promises.
package struct APIContract: Sendable {
  package let document: JSONValue
  package let schema: JSONSchema
  private let operations: [Operation]

  package struct Operation: Sendable {
    /// As in the document: `/v2/bookings/{uid}`.
    package var path: String
    /// In capitals.
    package var method: String
    package var json: JSONValue
    fileprivate var segments: [Substring]
  }

  /// A request and its answer.
  package struct Exchange: Sendable {
    var method: String
    var target: String
    var body: [UInt8]
    var status: Int
    var contentType: String?
    var answer: [UInt8]

    package init(
      _ method: String, _ target: String, body: [UInt8], status: Int, contentType: String?, answer: [UInt8]
    ) {
      (self.method, self.target, self.body) = (method, target, body)
      (self.status, self.contentType, self.answer) = (status, contentType, answer)
    }
  }

  package init(_ bytes: [UInt8]) throws {
    document = try JSONValue(parsing: bytes, limits: JSONLimits(depth: 100, members: 10_000))
    schema = JSONSchema(root: document)
    operations = (document["paths"]?.object?.members ?? []).flatMap { item in
      (item.value.object?.members ?? []).map { operation in
        Operation(
          path: item.key, method: operation.key.uppercased(), json: operation.value,
          segments: item.key.split(separator: "/"))
      }
    }
  }

  package var all: [Operation] { operations }

  /// What the exchange breaks, each as a sentence; empty also for what is no operation of the document, which is the
  /// business of the test that compares the routes.
  package func mistakes(in exchange: Exchange, requestToo: Bool = true) -> [String] {
    guard let operation = operation(exchange.method, exchange.target) else { return [] }
    var found = answerMistakes(exchange, operation)
    if requestToo, 200..<300 ~= exchange.status {
      found += queryMistakes(exchange, operation) + bodyMistakes(exchange, operation)
    }
    return found.map { "\(operation.method) \(operation.path), \(exchange.status): \($0)" }
  }

  // MARK: Finding the operation

  /// The most literal of the paths that match, as routers choose.
  package func operation(_ method: String, _ target: String) -> Operation? {
    let path = target.prefix { $0 != "?" }
    let isOld = path.hasPrefix("/api/v2/")
    let segments = (isOld ? path.dropFirst("/api".count) : path).split(separator: "/")
    return operations.filter { $0.method == method && $0.matches(segments) }
      .max { $0.literals < $1.literals }
  }

  // MARK: Answers

  private func answerMistakes(_ exchange: Exchange, _ operation: Operation) -> [String] {
    guard var response = operation.json["responses"]?[String(exchange.status)] else {
      return ["this status is not among its answers"]
    }
    if let reference = response["$ref"]?.string { response = schema.resolved(reference) ?? .null }
    guard let content = response["content"]?.object else {
      return exchange.answer.isEmpty ? [] : ["there should be no body"]
    }
    let type = String((exchange.contentType ?? "").prefix { $0 != ";" })
    guard let media = content[type] else {
      return ["its content type is \"\(type)\", which is not described"]
    }
    guard type == "application/json", let rule = media["schema"] else { return [] }
    guard let answer = try? JSONValue(parsing: exchange.answer, limits: Self.wide) else {
      return ["the answer is no JSON"]
    }
    return schema.mistakes(in: answer, rule, at: "answer")
  }

  private static let wide = JSONLimits(depth: 100, members: 10_000)

  // MARK: Requests that were right

  private func queryMistakes(_ exchange: Exchange, _ operation: Operation) -> [String] {
    let described = (operation.json["parameters"]?.array ?? []).filter { $0["in"]?.string == "query" }
    let query = exchange.target.drop { $0 != "?" }.dropFirst()
    return query.split(separator: "&").flatMap { pair -> [String] in
      let name = String(pair.prefix { $0 != "=" })
      let text = String(pair.dropFirst(name.count + 1))
      guard let parameter = described.first(where: { $0["name"]?.string == name }),
        let rule = parameter["schema"]
      else { return ["the query parameter \(name) is taken, but not described"] }
      let decoded = text.replacing("+", with: " ").removingPercentEncoding ?? text
      // A query knows no types: 5 may be meant as a number or as a text.
      let readings = [JSONValue.string(decoded)] + (Int(decoded).map { [.int($0)] } ?? [])
      let mistakes = readings.map { schema.mistakes(in: $0, rule, at: "query.\(name)") }
      return mistakes.contains { $0.isEmpty } ? [] : mistakes.last ?? []
    }
  }

  private func bodyMistakes(_ exchange: Exchange, _ operation: Operation) -> [String] {
    guard let rule = operation.json["requestBody"]?["content"]?["application/json"]?["schema"] else {
      return []
    }
    guard !exchange.body.isEmpty else {
      let isOptional = operation.json["requestBody"]?["required"] == .bool(false)
      return isOptional ? [] : ["it does without a body, which is described as required"]
    }
    guard let body = try? JSONValue(parsing: exchange.body, limits: Self.wide) else {
      return ["it takes what is no JSON"]
    }
    return schema.mistakes(in: body, rule, at: "request")
  }
}

extension APIContract.Operation {
  fileprivate func matches(_ asked: [Substring]) -> Bool {
    segments.count == asked.count
      && zip(segments, asked).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }

  fileprivate var literals: Int { segments.count { !$0.hasPrefix("{") } }
}
