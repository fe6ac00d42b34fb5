import JWT
import Testing

@Suite struct ClaimTests {
  private let issuer: TestIssuer
  private let now = TestIssuer.now

  init() throws {
    issuer = try TestIssuer()
  }

  private func refusal(_ change: (String, String), now: Int = TestIssuer.now) throws -> TokenError? {
    let payload = issuer.payload.replacing(change.0, with: change.1)
    try #require(payload != issuer.payload)
    return issuer.refusal(try issuer.token(payload: payload), now: now)
  }

  @Test func `it is good until its last second and the leeway`() throws {
    let token = try issuer.token()
    #expect(issuer.refusal(token, now: now + 899) == nil)
    #expect(issuer.refusal(token, now: now + 904) == nil)
    #expect(issuer.refusal(token, now: now + 905) == .expired)
    let strict = issuer.verifier(leeway: 0)
    #expect(throws: TokenError.expired) { try strict.verify(Array(token.utf8), now: now + 900) }
    #expect(try strict.verify(Array(token.utf8), now: now + 899).sub == "7")
  }

  @Test func `from the future it is not valid yet`() throws {
    let token = try issuer.token()
    #expect(issuer.refusal(token, now: now - 5) == nil)
    #expect(issuer.refusal(token, now: now - 6) == .notYetValid, "iat")
    let nbf = (#""iat":1700000000"#, #""nbf":1700000100"#)
    #expect(try refusal(nbf, now: now + 94) == .notYetValid)
    #expect(try refusal(nbf, now: now + 95) == nil)
  }

  @Test func `a fraction of a second is cut off, a power is a number`() throws {
    #expect(try refusal(("1700000900", "1700000900.9"), now: now + 904) == nil)
    #expect(try refusal(("1700000900", "1700000900.9"), now: now + 905) == .expired)
    #expect(try refusal(("1700000900", "1.7000009e9"), now: now + 904) == nil)
  }

  @Test(arguments: [
    ("exp", #""1700000900""#), ("exp", "null"), ("exp", "true"), ("exp", "[1700000900]"), ("exp", "1e300"),
    ("exp", "-1e300"),
  ])
  func `a time of another type or size is refused`(_ name: String, _ value: String) throws {
    #expect(try refusal(("1700000900", value)) == .badClaim(name))
  }

  @Test func `times at the end of the integers do not overflow`() throws {
    #expect(try refusal(("1700000900", "9223372036854775807")) == nil)
    #expect(try refusal(("1700000900", "-9223372036854775808")) == .expired)
    #expect(try refusal((#""iat":1700000000"#, #""iat":9223372036854775807"#)) == .notYetValid)
    #expect(try refusal((#""iat":1700000000"#, #""nbf":-9223372036854775808"#)) == nil)
  }

  @Test func `another issuer and another audience are refused`() throws {
    #expect(try refusal((#""iss":"daybook""#, #""iss":"Daybook""#)) == .wrongIssuer)
    #expect(try refusal((#""aud":"daybook""#, #""aud":"other""#)) == .wrongAudience)
    #expect(try refusal((#""aud":"daybook""#, #""aud":["other","x"]"#)) == .wrongAudience)
    #expect(try refusal((#""aud":"daybook""#, #""aud":["other","daybook"]"#)) == nil)
  }

  @Test(arguments: [
    (#""iss":"daybook","#, "", "iss"), (#""sub":"7","#, "", "sub"), (#""aud":"daybook","#, "", "aud"),
    (#""exp":1700000900,"#, "", "exp"), (#""sub":"7""#, #""sub":7"#, "sub"),
    (#""iss":"daybook""#, #""iss":["daybook"]"#, "iss"), (#""aud":"daybook""#, #""aud":[]"#, "aud"),
    (#""aud":"daybook""#, #""aud":["daybook",1]"#, "aud"), (#""aud":"daybook""#, #""aud":{}"#, "aud"),
    (#""sid":"s1""#, #""sid":1"#, "sid"), (#""sid":"s1""#, #""scope":["a"]"#, "scope"),
    (#""sid":"s1""#, #""jti":null"#, "jti"), (#""iat":1700000000"#, #""iat":"now""#, "iat"),
    (#""iat":1700000000"#, #""nbf":{}"#, "nbf"),
  ])
  func `a claim that is missing or of another type is named`(
    _ from: String, _ to: String, _ name: String
  ) throws {
    #expect(try refusal((from, to)) == .badClaim(name))
  }

  @Test func `unknown claims do no harm`() throws {
    #expect(try refusal((#""sid":"s1""#, #""sid":"s1","x":{"y":[1,2,null]}"#)) == nil)
  }
}
