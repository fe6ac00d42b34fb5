import HTTPTypes
import JSON
import TestSupport
import Testing

@testable import Origin

/// Every route of the OpenAPI document, sent what nobody should send: each gets a clean 4xx, or is served where what it
/// got is legal. Every answer is also held against the document (TestOrigin+Contract).
@Suite struct HostileWalkTests {
  private static let values = [
    "null", "true", "0", "-0", "-1", "0.5", "1e308", "1e400", "-1e400", "1e2", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "2147483648", #""""#, #"" ""#, #""\u0000""#,
    #""a\u0000b""#,
    #""\ud800""#, #""\udc00\ud800""#, #""\u202e\u2066x\u0007\u0085""#, "[]", "{}", "[null]", "[[]]", "[{}]",
    #"["x"]"#,
    "[1e400]", #"{"a":1}"#, #"{"type":"x"}"#, #""0000-01-01T00:00:00Z""#, #""9999-12-31T23:59:59.999Z""#,
    #""2016-12-31T23:59:60Z""#, #""0000-01-01""#, #""9999-12-31""#, #""Mars/Olympus""#, #""24:00""#,
    #""https://[::1""#,
    "\"" + String(repeating: "x", count: 20_000) + "\"",
    "\"" + String(repeating: "\u{1F600}", count: 300) + "\"",
  ]

  private static let bodies: [(body: String, status: Int?)] = [
    ("", nil), ("null", 400), ("[]", 400), (#""x""#, 400), ("0", 400), ("{", 400), ("{}x", 400),
    ("\u{FEFF}{}", nil),
    ("[{}]", 400), (#"{"a":1,"a":2}"#, 400), (#"{"x":1e400}"#, 400), (#"{"x":"\ud800"}"#, 400),
    (#"{"x":"\u0000"}"#, 400),
    (#"{"\u0000":1}"#, 400), (#"{"\u202e":1}"#, 400), (#"{"__proto__":{}}"#, 400),
    (String(repeating: #"{"a":"#, count: 5000), 400), (String(repeating: "[", count: 100_000), 400),
    (#"{"x":""# + String(repeating: "a", count: 1_000_001) + #""}"#, 413),
    ("{" + (0..<20_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}", 400),
  ]

  private static let texts = [
    "", "%00", "%FF", "%ED%A0%80", "%", "%zz", "%25", "-1", "0", "-0", "1.5", "1e400", "9223372036854775807",
    "9223372036854775808", "%E2%80%AE", "%D9%A2", "%F0%9F%98%80", "a+b", "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z", "0000-01-01", "9999-12-31", "Mars/Olympus", "null", "%5B%5D", "%7B%22a%22%3A1%7D",
    "',--",
    "..", "%2e%2e%2f", String(repeating: "a", count: 6000), String(repeating: "1,", count: 3000),
  ]

  @Test func `whole bodies that are wrong`() async throws {
    try await Self.walk { operation, tenant, origin async throws in
      guard operation.body != nil, let path = tenant.path(of: operation) else { return }
      for (body, status) in Self.bodies {
        let answer = try await origin.send(
          operation.method, path, body: body, as: tenant.owner, isHostile: true)
        Self.check(answer, operation, body)
        // Some look at who asks first, and some take lists.
        let isList = operation.body?.array != nil && body.hasPrefix("[")
        if let status, ![401, 403].contains(answer.status), !isList {
          #expect(answer.status == status, "\(operation) \(body.prefix(80)): \(answer.text.prefix(500))")
        }
      }
    }
  }

  @Test func `every member of every body, each with everything that it should not be`() async throws {
    try await Self.walk { operation, tenant, origin async throws in
      guard operation.body != nil, let path = tenant.path(of: operation) else { return }
      let body = try JSONValue(parsing: Array((tenant.body(of: operation) ?? "{}").utf8))
      for text in Self.bodies(of: operation, body) {
        for value in Self.values {
          let sent = text.replacing(#""@@""#, with: value)
          let answer = try await origin.send(
            operation.method, path, body: sent, as: tenant.owner, isHostile: true)
          Self.check(answer, operation, sent)
        }
      }
    }
  }

  @Test func `every parameter of every query`() async throws {
    try await Self.walk { operation, tenant, origin async throws in
      guard !operation.query.isEmpty, let path = tenant.path(of: operation) else { return }
      let usual = [
        "start": "2030-01-08", "end": "2030-01-09", "eventTypeId": tenant.ids["/v2/event-types/*"] ?? "1",
      ]
      for parameter in operation.query {
        let others = operation.query.filter { $0.isRequired && $0.name != parameter.name }
          .map { "\($0.name)=\(usual[$0.name] ?? "x")" }
        for text in Self.texts + ["1&\(parameter.name)=2"] {
          let query = (others + ["\(parameter.name)=\(text)"]).joined(separator: "&")
          // A stream that is served never ends.
          if operation.path.hasSuffix("/live"), text == usual[parameter.name] { continue }
          let answer = try await origin.send(
            operation.method, "\(path)?\(query)", as: tenant.owner, isHostile: true)
          Self.check(answer, operation, query)
        }
      }
      let unknown = try await origin.send(
        operation.method, "\(path)?nothing=1", as: tenant.owner, isHostile: true)
      #expect(unknown.status == 400, "\(operation) takes what it does not know: \(unknown.text)")
    }
  }

  @Test func `every parameter of every path`() async throws {
    try await Self.walk { operation, tenant, origin async throws in
      for position in operation.things.indices {
        for text in Self.texts where !text.isEmpty && text != ".." {
          var values = operation.things.map { tenant.ids[$0] ?? "1" }
          values[position] = text
          let answer = try await origin.send(
            operation.method, operation.path(values), body: operation.body == nil ? nil : "{}",
            as: tenant.owner, isHostile: true)
          Self.check(answer, operation, text)
        }
      }
    }
  }

  // MARK: Walking

  /// What ends sessions would end the walk too.
  private static let left: Set<String> = ["POST /v2/auth/logout", "GET /v2/slots/live"]

  private static func walk(
    _ visit: (ContractOperation, Tenant, TestOrigin) async throws -> Void
  ) async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let tenant = try await Tenant("ana", in: origin)
      let all = ContractOperation.all(try TestOrigin.contract.get()).filter { !left.contains($0.description) }
      // What ends things comes last, or there would be nothing left to send the rest to.
      for operation in all where !ends(operation) { try await visit(operation, tenant, origin) }
      for operation in all where ends(operation) { try await visit(operation, tenant, origin) }
    }
  }

  private static func ends(_ operation: ContractOperation) -> Bool {
    operation.method == .delete
      || ["/cancel", "/decline", "/reschedule", "/request-reschedule"].contains(
        where: operation.path.hasSuffix)
  }

  private static func check(_ answer: Answer, _ operation: ContractOperation, _ sent: String) {
    let isClean = 200..<300 ~= answer.status || 400..<500 ~= answer.status && answer.reason != nil
    #expect(isClean, "\(operation) \(sent.prefix(300)): \(answer.status) \(answer.text.prefix(500))")
  }

  /// The example with `"@@"` in the place of each of its members in turn, and of those that it does without.
  private static func bodies(of operation: ContractOperation, _ body: JSONValue) -> [String] {
    var found = marked(body)
    for name in operation.members where body[name] == nil {
      var object = body.object ?? [:]
      object[name] = .string("@@")
      found.append(.object(object))
    }
    return found.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  private static func marked(_ value: JSONValue, isRoot: Bool = true) -> [JSONValue] {
    var found: [JSONValue] = isRoot ? [] : [.string("@@")]
    switch value {
    case .object(let object):
      for (index, member) in object.members.enumerated() {
        for inner in marked(member.value, isRoot: false) {
          var copy = object
          copy.members[index].value = inner
          found.append(.object(copy))
        }
      }
    case .array(let elements):
      guard let first = elements.first else { break }
      for inner in marked(first, isRoot: false) { found.append(.array([inner] + elements.dropFirst())) }
    default: break
    }
    return found
  }
}
