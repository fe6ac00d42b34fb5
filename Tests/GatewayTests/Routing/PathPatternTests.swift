import Testing

@testable import Gateway

@Suite struct PathPatternTests {
  @Test(arguments: ["/", "/*", "/v2/*", "/book/{user}/{slug}", "/.well-known/jwks.json", "/a-b_c.d"])
  func `paths, patterns and prefixes are read`(text: String) {
    #expect(PathPattern(text)?.description == text)
  }

  @Test(arguments: [
    "", "v2", "/v2/", "//", "/a//b", "/a/*/b", "/a*", "/{}", "/{a b}", "/x{y}", "/..", "/a b", "/a%2f",
  ])
  func `anything else is refused with a reason`(text: String) {
    #expect(PathPattern(text) == nil)
    #expect(PathPattern.whatIsWrong(with: text)?.isEmpty == false)
  }
}
