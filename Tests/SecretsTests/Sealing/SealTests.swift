import Secrets
import Testing

@Suite struct SealTests {
  private let seal: Seal
  private let plaintext = Array("calendar password".utf8)

  init() throws {
    seal = Seal(try SealingKeys(parsing: SealingKeys.newFile(keyID: "2026-11")))
  }

  @Test func `what is sealed opens in its context`() throws {
    let sealed = try seal.seal(plaintext, context: "calendar:42")
    #expect(try seal.open(sealed, context: "calendar:42") == plaintext)
    #expect(!seal.needsReseal(sealed))
  }

  @Test func `nothing and much can be sealed`() throws {
    for plaintext in [[], SecureRandom.bytes(count: 1), SecureRandom.bytes(count: 1 << 20)] {
      #expect(try seal.open(seal.seal(plaintext, context: "x"), context: "x") == plaintext)
    }
  }

  @Test func `the same text sealed twice looks different, and shows nothing of it`() throws {
    let first = try seal.seal(plaintext, context: "x")
    let second = try seal.seal(plaintext, context: "x")
    #expect(first != second)
    #expect(first.suffix(plaintext.count + 16).prefix(plaintext.count) != plaintext[...])
  }

  @Test func `in another context it does not open`() throws {
    let sealed = try seal.seal(plaintext, context: "calendar:42")
    #expect(kind { try seal.open(sealed, context: "calendar:43") } == .notAuthentic)
    #expect(kind { try seal.open(sealed, context: "") } == .notAuthentic)
  }

  @Test func `with any bit changed it does not open`() throws {
    let sealed = try seal.seal(plaintext, context: "x")
    for index in sealed.indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[index] ^= 1 << bit
        #expect(kind { try seal.open(changed, context: "x") } != nil, "byte \(index), bit \(bit)")
      }
    }
  }

  @Test func `cut short at any byte it does not open`() throws {
    let sealed = try seal.seal(plaintext, context: "x")
    for count in sealed.indices {
      #expect(kind { try seal.open(Array(sealed[..<count]), context: "x") } != nil, "\(count) bytes")
    }
  }

  @Test func `after rotation the old seals open and want to be renewed`() throws {
    let old = SealingKeys.newFile(keyID: "old")
    let sealed = try Seal(SealingKeys(parsing: old)).seal(plaintext, context: "x")
    let both = Seal(try SealingKeys(parsing: SealingKeys.newFile(keyID: "new") + old))
    #expect(try both.open(sealed, context: "x") == plaintext)
    #expect(both.needsReseal(sealed))
    #expect(try !both.needsReseal(both.seal(plaintext, context: "x")))
  }

  @Test func `without its key it says which one is missing`() throws {
    let sealed = try seal.seal(plaintext, context: "x")
    let other = Seal(try SealingKeys(parsing: SealingKeys.newFile(keyID: "other")))
    #expect(kind { try other.open(sealed, context: "x") } == .unknownKey)
    let sameName = Seal(try SealingKeys(parsing: SealingKeys.newFile(keyID: "2026-11")))
    #expect(kind { try sameName.open(sealed, context: "x") } == .notAuthentic)
  }

  private func kind(_ body: () throws -> [UInt8]) -> SecretsError.Kind? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? SecretsError)?.kind
    }
  }
}
