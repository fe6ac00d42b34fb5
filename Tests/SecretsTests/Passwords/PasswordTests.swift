import Testing

@testable import Secrets

@Suite struct PasswordTests {
  private let quick = Password.Parameters.quick

  @Test func `a password fits its own hash and no other`() throws {
    let stored = try Password.hash("correct horse", parameters: quick)
    #expect(try Password.verify("correct horse", against: stored))
    #expect(try !Password.verify("correct horsf", against: stored))
    #expect(try !Password.verify("", against: stored))
  }

  @Test func `the same password never gives the same string`() throws {
    #expect(
      try Password.hash("x", parameters: quick) != Password.hash("x", parameters: quick))
  }

  @Test func `the string says how it was made`() throws {
    let stored = try Password.hash("x", parameters: quick)
    #expect(stored.hasPrefix("$scrypt$ln=11,r=8,p=1$"))
    #expect(stored.split(separator: "$").count == 4)
    #expect(!stored.contains("="[...] + "$"))
  }

  @Test func `the hash is the scrypt of RFC 7914`() throws {
    let parameters = try #require(Password.Parameters(costLog2: 14, blockSize: 8, parallelism: 1))
    let hash = try PasswordHash(
      of: "pleaseletmein", salt: Array("SodiumChloride".utf8), parameters: parameters)
    #expect(hex(hash.key) == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")
  }

  @Test func `the recommended parameters are those of OWASP or better`() throws {
    let recommended = Password.Parameters.recommended
    #expect(recommended.costLog2 >= 15 && recommended.blockSize == 8 && recommended.parallelism >= 3)
    #expect(recommended.memory == 32 << 20)
    #expect(try Password.verify("x", against: Password.hash("x")))
  }

  @Test func `other parameters than today's ask for a new hash`() throws {
    let old = try Password.hash("x", parameters: quick)
    #expect(Password.needsRehash(old))
    #expect(!Password.needsRehash(old, parameters: quick))
    #expect(Password.needsRehash("plain"))
  }

  @Test func `an accented letter fits however the keyboard sends it`() throws {
    let stored = try Password.hash("caf\u{E9}", parameters: quick)
    #expect(try Password.verify("cafe\u{301}", against: stored))
  }

  @Test func `a password may be long and hold any character`() throws {
    for password in [String(repeating: "ä", count: 5000), "with\0nul", "💥"] {
      let stored = try Password.hash(password, parameters: quick)
      #expect(try Password.verify(password, against: stored))
      #expect(try !Password.verify(password + "x", against: stored))
    }
  }

  @Test(arguments: [
    "", "$", "$scrypt$", "$scrypt$ln=11,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
    // cost, memory and time that nobody may ask for
    "$scrypt$ln=31,r=8,p=1$SALT$HASH", "$scrypt$ln=20,r=32,p=1$SALT$HASH",
    "$scrypt$ln=11,r=8,p=1000$SALT$HASH",
    "$scrypt$ln=1,r=8,p=1$SALT$HASH", "$scrypt$ln=-11,r=8,p=1$SALT$HASH", "$scrypt$ln=11,r=0,p=1$SALT$HASH",
    // other texts for the same
    "$scrypt$ln=011,r=8,p=1$SALT$HASH", "$scrypt$ln=11,r=8,p=1$SALT$HASH=",
    "$scrypt$ln=11,r=8,p=1$SALT$HASH$",
    "$scrypt$r=8,ln=11,p=1$SALT$HASH", "$bcrypt$ln=11,r=8,p=1$SALT$HASH", " $scrypt$ln=11,r=8,p=1$SALT$HASH",
    "$scrypt$ln=+11,r=8,p=1$SALT$HASH", "$scrypt$ln=11,r=8,p=1$$HASH", "$scrypt$ln=11,r=8,p=1$AAAA$HASH",
  ])
  func `a stored string of another form fits nothing`(_ text: String) throws {
    let stored =
      text
      .replacing("SALT", with: "AAAAAAAAAAAAAAAAAAAAAA")
      .replacing("HASH", with: String(repeating: "A", count: 43))
    #expect(PasswordHash(parsing: stored) == nil)
    #expect(try !Password.verify("x", against: stored))
  }

  @Test func `the form that the others vary is a good one`() {
    let stored =
      "$scrypt$ln=11,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + String(repeating: "A", count: 43)
    #expect(PasswordHash(parsing: stored)?.description == stored)
  }
}
