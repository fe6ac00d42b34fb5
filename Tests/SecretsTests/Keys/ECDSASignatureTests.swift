import Testing

@testable import Secrets

@Suite struct ECDSASignatureTests {
  private func integer(_ last: UInt8...) -> [UInt8] {
    [UInt8](repeating: 0, count: 32 - last.count) + last
  }

  @Test func `small integers lose their leading zeros`() {
    #expect(ECDSASignature.der(raw: integer(1) + integer(0x7F)) == [0x30, 6, 2, 1, 1, 2, 1, 0x7F])
  }

  @Test func `a top bit gets a zero before it`() {
    #expect(
      ECDSASignature.der(raw: integer(0x80) + integer(0xFF, 0)) == [
        0x30, 9, 2, 2, 0, 0x80, 2, 3, 0, 0xFF, 0,
      ])
  }

  @Test func `zero is one zero`() {
    #expect(ECDSASignature.der(raw: integer() + integer()) == [0x30, 6, 2, 1, 0, 2, 1, 0])
  }

  @Test func `both forms go into one another, whatever the bytes`() throws {
    for zeros in 0..<32 {
      for first in [0x01, 0x7F, 0x80, 0xFF] as [UInt8] {
        let half = [UInt8](repeating: 0, count: zeros) + [first] + SecureRandom.bytes(count: 31 - zeros)
        let raw = half + half.reversed()
        let der = ECDSASignature.der(raw: raw)
        #expect(der.count <= ECDSASignature.maximumDERLength)
        #expect(try ECDSASignature.raw(der: der[...]) == raw)
      }
    }
  }
}
