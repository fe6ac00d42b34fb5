import COpenSSL
import Testing

@testable import Secrets

@Suite struct ECKeyTests {
  private let message = Array("header.payload".utf8)

  @Test func `a signature is 64 bytes and fits its key and message only`() throws {
    let key = try ECPrivateKey.generate()
    let other = try ECPrivateKey.generate()
    for _ in 0..<300 {
      let signature = try key.signature(for: message)
      #expect(signature.count == 64)
      #expect(key.publicKey.isValid(signature: signature, for: message))
      #expect(!other.publicKey.isValid(signature: signature, for: message))
      #expect(!key.publicKey.isValid(signature: signature, for: message + [0]))
    }
  }

  @Test func `with any byte changed a signature is none`() throws {
    let key = try ECPrivateKey.generate()
    let signature = try key.signature(for: message)
    for index in signature.indices {
      var changed = signature
      changed[index] ^= 1
      #expect(!key.publicKey.isValid(signature: changed, for: message), "byte \(index)")
    }
  }

  @Test func `another length, zeros and the order of the group are no signature`() throws {
    let key = try ECPrivateKey.generate().publicKey
    let signature = try ECPrivateKey.generate().signature(for: message)
    let order: [UInt8] = [
      0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA,
      0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]
    let zero = [UInt8](repeating: 0, count: 32)
    for bad in [
      [], [1], Array(signature.dropLast()), signature + [0], zero + zero, order + order, zero + order,
      [UInt8](repeating: 0xFF, count: 64), ECDSASignature.der(raw: signature),
    ] {
      #expect(!key.isValid(signature: bad, for: message))
    }
  }

  @Test func `the signature of RFC 7515 A 3 is valid`() throws {
    let key = try ECPublicKey(
      x: #require(Base64URL.decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")),
      y: #require(Base64URL.decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")))
    let signed =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    let signature = try #require(
      Base64URL.decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"))
    #expect(key.isValid(signature: signature, for: Array(signed.utf8)))
  }

  @Test func `PEM goes out and comes back`() throws {
    let key = try ECPrivateKey.generate()
    let again = try ECPrivateKey(pem: key.pem())
    #expect(try key.pem().hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    #expect(again.publicKey.isValid(signature: try key.signature(for: message), for: message))
    let shared = try ECPublicKey(pem: key.publicKey.pem())
    #expect(shared.isValid(signature: try again.signature(for: message), for: message))
  }

  @Test func `coordinates go out and come back`() throws {
    for _ in 0..<20 {
      let key = try ECPrivateKey.generate()
      let (x, y) = try key.publicKey.coordinates()
      #expect(x.count == 32 && y.count == 32)
      let again = try ECPublicKey(x: x, y: y)
      #expect(again.isValid(signature: try key.signature(for: message), for: message))
    }
  }

  @Test func `the older form of PEM that openssl ecparam writes is read`() throws {
    let foreign = ForeignKeys.ec(curve: NID_X9_62_prime256v1)
    #expect(foreign.traditional.contains("BEGIN EC PRIVATE KEY"))
    let key = try ECPrivateKey(pem: foreign.traditional)
    let shared = try ECPublicKey(pem: foreign.publicPEM)
    #expect(shared.isValid(signature: try key.signature(for: message), for: message))
  }

  @Test func `other kinds of key, other curves and encrypted keys are refused`() {
    let p384 = ForeignKeys.ec(curve: NID_secp384r1)
    let bitcoin = ForeignKeys.ec(curve: NID_secp256k1)
    let encrypted = ForeignKeys.ec(curve: NID_X9_62_prime256v1).encrypted
    let privates = [
      p384.pkcs8, bitcoin.pkcs8, ForeignKeys.rsa().pkcs8, ForeignKeys.ed25519().pkcs8, encrypted, "",
      "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
      String(repeating: "x", count: 100_000),
    ]
    for pem in privates {
      #expect(throws: SecretsError.self) { try ECPrivateKey(pem: pem) }
    }
    for pem in [p384.publicPEM, bitcoin.publicPEM, ForeignKeys.rsa().publicPEM, ""] {
      #expect(throws: SecretsError.self) { try ECPublicKey(pem: pem) }
    }
  }

  @Test func `coordinates that are no point of the curve are refused`() throws {
    let (x, y) = try ECPrivateKey.generate().publicKey.coordinates()
    var wrong = y
    wrong[31] ^= 1
    let zero = [UInt8](repeating: 0, count: 32)
    for (x, y) in [(x, wrong), (zero, zero), (x, Array(y.dropLast())), (x + [0], y), ([], [])] {
      #expect(throws: SecretsError.self) { try ECPublicKey(x: x, y: y) }
    }
  }

  @Test func `one key serves many threads at once`() async throws {
    let key = try ECPrivateKey.generate()
    let message = message
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { _ in
            guard let signature = try? key.signature(for: message) else { return false }
            return key.publicKey.isValid(signature: signature, for: message)
          }
        }
      }
      for await valid in group { #expect(valid) }
    }
  }
}
