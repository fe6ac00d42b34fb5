import Testing

@testable import Gateway

@Suite struct RememberedTokensTests {
  private func token(_ text: String, expiresAt: Int = 100) -> VerifiedToken {
    VerifiedToken(bytes: Array(text.utf8), subject: text, session: nil, expiresAt: expiresAt)
  }

  private func find(_ memory: inout RememberedTokens, _ text: String, now: Int = 0) -> VerifiedToken? {
    let bytes = Array(text.utf8)
    return memory.find(0..<bytes.count, in: bytes.span, now: now)
  }

  private func name(_ number: Int) -> String { "header.payload.signature-\(number)" }

  @Test func `what was remembered is found until it ends`() {
    var memory = RememberedTokens(capacity: 16)
    memory.remember(token(name(1)))
    #expect(find(&memory, name(1), now: 99)?.subject == name(1))
    #expect(find(&memory, name(1), now: 100) == nil)
    #expect(memory.count == 0)
  }

  @Test func `tokens with one signature but another payload are never mixed up`() {
    var memory = RememberedTokens(capacity: 16)
    memory.remember(token("header.payload-of-ana.0123456789abcdef"))
    #expect(find(&memory, "header.payload-of-leo.0123456789abcdef") == nil)
    #expect(find(&memory, "header.payload-of-ana.0123456789abcdef") != nil)
  }

  @Test func `memory is bounded, and what ends first gives way`() {
    var memory = RememberedTokens(capacity: 4)
    for number in 1...4 { memory.remember(token(name(number), expiresAt: number * 10)) }
    memory.remember(token(name(5), expiresAt: 50))
    #expect(memory.count == 4)
    #expect(find(&memory, name(1)) == nil)
    for number in 2...5 { #expect(find(&memory, name(number)) != nil) }
    for number in 6..<10_000 { memory.remember(token(name(number))) }
    #expect(memory.count == 4)
  }

  @Test func `a very long token is not kept`() {
    var memory = RememberedTokens(capacity: 4)
    let long = String(repeating: "a", count: 3_000)
    memory.remember(token(long))
    #expect(memory.count == 0)
    #expect(find(&memory, long) == nil)
  }

  @Test func `a full table finds most of what fits`() {
    var memory = RememberedTokens(capacity: 8_192)
    for number in 0..<4_096 { memory.remember(token(name(number))) }
    let found = (0..<4_096).count { find(&memory, name($0)) != nil }
    #expect(found > 3_700)
  }

  @Test func `forgetting forgets everything`() {
    var memory = RememberedTokens(capacity: 16)
    memory.remember(token(name(1)))
    memory.removeAll()
    #expect(memory.count == 0)
    #expect(find(&memory, name(1)) == nil)
  }
}
