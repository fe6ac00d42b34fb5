import JSON
import TestSupport
import Testing

/// The checker must itself be able to find something.
@Suite struct JSONSchemaTests {
  /// A schema, what fits it, and what does not.
  struct Case: Sendable {
    var rule: String
    var right: [String]
    var wrong: [String]

    init(_ rule: String, _ right: [String], _ wrong: [String]) {
      (self.rule, self.right, self.wrong) = (rule, right, wrong)
    }
  }

  private static let values: [Case] = [
    Case(#"{"type":"integer","minimum":1}"#, ["1", "7", "1.0"], ["0", "1.5", #""1""#, "null"]),
    Case(#"{"type":["string","null"],"maxLength":2}"#, [#""ab""#, "null", #""äö""#], [#""abc""#, "1"]),
    Case(#"{"enum":["a",null]}"#, [#""a""#, "null"], [#""b""#]),
    Case(#"{"const":"success"}"#, [#""success""#], [#""error""#, "null"]),
    Case(#"{"type":"integer","multipleOf":15}"#, ["30"], ["31"]),
    Case(#"{"pattern":"^[a-z]+$"}"#, [#""ab""#, "1"], [#""a1""#]),
    Case(
      #"{"format":"date-time"}"#,
      [#""2030-01-08T13:00:00.000Z""#, #""2030-01-08T13:00:00+02:00""#, #""2030-01-08T13:00:00Z""#],
      [#""2030-01-08""#, #""2030-01-08T13:00:00""#, #""2030-13-08T13:00:00Z""#, #""2030-01-08T13:00:00.Z""#]),
    Case(#"{"format":"date"}"#, [#""2030-01-08""#], [#""2030-1-8""#, #""2030-01-32""#]),
    Case(#"{"format":"uuid"}"#, [#""0d1f2c7e-6a0e-4b4e-9f0a-1f0b6f7f2a11""#], [#""x""#]),
  ]

  private static let structures: [Case] = [
    Case(
      #"{"type":"object","required":["a"],"additionalProperties":false,"properties":{"a":{"type":"string"}}}"#,
      [#"{"a":"x"}"#], ["{}", #"{"a":1}"#, #"{"a":"x","b":1}"#, "[]"]),
    Case(
      #"{"additionalProperties":{"type":"string"},"maxProperties":1}"#, [#"{"a":"x"}"#],
      [#"{"a":1}"#, #"{"a":"","b":""}"#]),
    Case(#"{"propertyNames":{"format":"date"}}"#, [#"{"2030-01-08":1}"#], [#"{"monday":1}"#]),
    Case(
      #"{"type":"array","items":{"type":"integer"},"minItems":1,"maxItems":2,"uniqueItems":true}"#,
      ["[1]", "[1,2]"], ["[]", "[1,2,3]", "[1,1]", #"["a"]"#]),
    Case(#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, ["null"], ["1"]),
    Case(#"{"oneOf":[{"type":"integer"},{"minimum":5}]}"#, ["1", "5.5"], ["7"]),
    Case(#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, ["2"], ["0", "4"]),
    Case(##"{"$ref":"#/defs/name"}"##, [#""Ana""#], ["1"]),
    Case(##"{"$ref":"#/defs/nobody"}"##, [], ["1"]),
    // A keyword that nobody checks is a mistake.
    Case(#"{"maximumLength":3}"#, [], [#""a""#]),
  ]

  @Test(arguments: values + structures)
  func `what fits passes, and what does not is a mistake`(_ each: Case) throws {
    let schema = JSONSchema(root: try Self.json(#"{"defs":{"name":{"type":"string"}}}"#))
    let rule = try Self.json(each.rule)
    for text in each.right {
      let mistakes = schema.mistakes(in: try Self.json(text), rule)
      #expect(mistakes.isEmpty, "\(text) and \(each.rule): \(mistakes)")
    }
    for text in each.wrong {
      let mistakes = schema.mistakes(in: try Self.json(text), rule)
      #expect(!mistakes.isEmpty, "\(text) and \(each.rule)")
    }
  }

  @Test func `a mistake says where it is`() throws {
    let rule = #"{"properties":{"data":{"items":{"required":["id"]}}}}"#
    let mistakes = JSONSchema(root: .null).mistakes(
      in: try Self.json(#"{"data":[{"id":1},{}]}"#), try Self.json(rule), at: "answer")
    #expect(mistakes == ["answer.data.1.id is missing"])
  }

  private static func json(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8))
  }
}
