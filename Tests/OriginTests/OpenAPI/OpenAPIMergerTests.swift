import JSON
import Testing

@testable import Origin

@Suite struct OpenAPIMergerTests {
  @Test func `a schema takes over what another has, with nothing required, or without some of it`() throws {
    let schemas = try merged(
      #"""
      {"schemas":{
        "Base":{"type":"object","required":["a"],"additionalProperties":false,"properties":{"a":{"type":"string"},"b":{"$ref":"Other"}}},
        "Other":{"type":"integer"},
        "Whole":{"extends":"Base","required":["c"],"properties":{"c":{"type":"string"}}},
        "Part":{"partialOf":"Whole","without":["b"]}}}
      """#)["components"]?["schemas"]
    #expect(
      schemas?["Whole"]
        == JSONValue.object([
          "type": .string("object"), "required": .array([.string("a"), .string("c")]),
          "additionalProperties": .bool(false),
          "properties": .object([
            "a": .object(["type": .string("string")]),
            "b": .object(["$ref": .string("#/components/schemas/Other")]),
            "c": .object(["type": .string("string")]),
          ]),
        ]))
    #expect(schemas?["Part"]?["required"] == nil)
    #expect(schemas?["Part"]?["properties"]?.object?.members.map(\.key) == ["a", "c"])
  }

  struct Case: Sendable {
    var source: String
    var mistake: String

    init(_ source: String, _ mistake: String) { (self.source, self.mistake) = (source, mistake) }
  }

  private static let cases: [Case] = [
    Case(#"{"stray":1}"#, "stray is not a part"),
    Case(#"{"schemas":{"A":{"$ref":"B"}}}"#, "there is no schema B"),
    Case(#"{"schemas":{"A":{"extends":"B"}}}"#, "there is no schema B"),
    Case(#"{"schemas":{"A":{"properties":{}},"B":{"extends":"A","without":["x"]}}}"#, "no x to leave out"),
    Case(#"{"paths":{"/v2/a":{"fetch":{}}}}"#, "fetch is not a method"),
    Case(
      #"{"paths":{"/v2/a":{"get":{"access":"caller","answer":{}}}}}"#, "answer is not a part of an operation"),
    Case(#"{"paths":{"/v2/a":{"get":{"access":"caller"}}}}"#, "it has no answers"),
    Case(#"{"paths":{"/v2/a":{"get":{"answers":{"200":{}}}}}}"#, "access must be"),
    Case(
      #"{"paths":{"/v2/{x}":{"get":{"access":"caller","answers":{"200":{}}}}}}"#, "nothing says what x is"),
    Case(
      #"{"paths":{"/v2/a":{"get":{"access":"caller","answers":{"200":{}},"errors":{"400":["odd"]}}}}}"#,
      "nothing says what the reason odd means"),
    Case(#"{"a":1,"a":2}"#, "appears twice"),
  ]

  @Test(arguments: cases)
  func `a mistake in a file is said, with the file`(_ each: Case) throws {
    let error = #expect(throws: OpenAPIError.self) { try merged(each.source) }
    #expect(error?.description.contains(each.mistake) == true, "\(error?.description ?? "")")
  }

  @discardableResult
  private func merged(_ source: String) throws -> JSONValue {
    var merger = OpenAPIMerger()
    try merger.add("test.json", Array(source.utf8))
    return try merger.document()
  }
}
