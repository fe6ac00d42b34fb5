import Testing

@testable import Gateway

@Suite struct BearerTokenTests {
  private func find(_ value: String) throws(TokenRefusal) -> String {
    let bytes = Array(value.utf8)
    let range = try BearerToken.find(0..<bytes.count, in: bytes.span)
    return String(decoding: bytes[range], as: UTF8.self)
  }

  @Test(arguments: ["Bearer abc", "bearer abc", "BEARER abc", "Bearer   abc", "Bearer\tabc"])
  func `the token stands after the scheme`(value: String) throws {
    #expect(try find(value) == "abc")
  }

  @Test(arguments: ["", "Bearer", "Bearer ", "Bearerabc", "Basic abc", "abc", "Bear abc"])
  func `another scheme or none is refused`(value: String) {
    #expect(throws: TokenRefusal.notBearer) { try find(value) }
  }

  @Test func `beyond 8 KB nothing is looked at`() throws {
    #expect(try find("Bearer " + String(repeating: "a", count: 8_192)).count == 8_192)
    #expect(throws: TokenRefusal.tooLong) { try find("Bearer " + String(repeating: "a", count: 8_193)) }
  }

  @Test(
    arguments: [
      ("a.b.c", true), ("eyJ-_09.x.y", true), ("a.b", false), ("a.b.c.d", false), (".b.c", false),
      ("a..c", false),
      ("a.b.", false), ("a.b.c=", false), ("a.b c.d", false), ("a.b.ü", false), ("", false), ("...", false),
    ])
  func `only three parts of base64url are worth a signature check`(token: String, isJWS: Bool) {
    let bytes = Array(token.utf8)
    let found = BearerToken.isCompactJWS(0..<bytes.count, in: bytes.span)
    #expect(found == isJWS)
  }

  @Test(arguments: [("dk_0123456789", true), ("dk_", false), ("dk_short", false), ("dk_0123456789!", false)])
  func `an API key has the form of one`(key: String, isPlausible: Bool) {
    let bytes = Array(key.utf8)
    let isKey = BearerToken.isAPIKey(0..<bytes.count, in: bytes.span)
    let found = BearerToken.isPlausibleKey(0..<bytes.count, in: bytes.span)
    #expect(isKey)
    #expect(found == isPlausible)
  }
}
