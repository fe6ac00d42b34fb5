import Secrets
import Testing

@Suite struct DigestTests {
  @Test func `SHA-256 of abc is the one of FIPS 180-4`() {
    #expect(hex(SHA256.hash("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `SHA-256 of nothing is defined`() {
    #expect(hex(SHA256.hash("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `HMAC-SHA256 gives the answers of RFC 4231`() {
    #expect(
      hex(HMAC.sha256(key: "Jefe", "what do ya want for nothing?"))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hex(
        HMAC.sha256(
          key: [UInt8](repeating: 0xAA, count: 131),
          Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  @Test func `an empty key and an empty message are allowed`() {
    #expect(
      hex(HMAC.sha256(key: "", "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
  }

  @Test func `constant-time equality is equality`() {
    #expect(constantTimeEqual("", ""))
    #expect(constantTimeEqual("token", "token"))
    #expect(!constantTimeEqual("token", "tokem"))
    #expect(!constantTimeEqual("token", "toke"))
    #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
  }
}

func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
