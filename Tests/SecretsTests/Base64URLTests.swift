import Secrets
import Testing

@Suite struct Base64URLTests {
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"),
  ])
  func `the vectors of RFC 4648 without padding go both ways`(_ plain: String, _ encoded: String) {
    #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
    #expect(Base64URL.decode(encoded) == Array(plain.utf8))
  }

  @Test func `the alphabet is the one for URLs`() {
    #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
    #expect(Base64URL.decode("-__-") == [0xFB, 0xFF, 0xFE])
  }

  @Test func `every byte string comes back`() {
    for count in 0..<100 {
      let bytes = SecureRandom.bytes(count: count)
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }
  }

  @Test(arguments: [
    "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9+", "Zm9/", "Z", "Zm9vY", "Zm9v\0", "Zm9ü", "=",
  ])
  func `padding, space, other letters and impossible lengths are refused`(_ text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test(arguments: ["Zh", "Zm9", "Zm9vYh"])
  func `stray bits in the last letter are refused`(_ text: String) {
    #expect(Base64URL.decode(text) == nil)
  }
}
