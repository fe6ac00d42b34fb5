import Secrets
import Testing

@Suite struct SealingKeysTests {
  private let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

  @Test func `comments, empty lines, tabs and carriage returns are fine`() throws {
    _ = try SealingKeys(parsing: "# keys\r\n\r\n  a\t\(key)  \r\n#b \(key)\nc \(key.dropLast())\n")
  }

  @Test(arguments: [
    ("", "no key"), ("# only a comment\n", "no key"), ("a", "line 1"), ("a KEY b", "line 1"),
    ("\na AAAA", "line 2"), ("a KEY\na KEY", "line 2: the key id a is there twice"), ("ä KEY", "line 1"),
    ("a:b KEY", "line 1"), ("a KEYA", "line 1"), ("abcdefghijklmnopqrstuvwxyz1234567 KEY", "line 1"),
    ("a ____", "line 1"),
  ])
  func `a mistake is named with its line`(_ text: String, _ complaint: String) throws {
    let error = try #require(throws: SecretsError.self) {
      try SealingKeys(parsing: text.replacing("KEY", with: key))
    }
    #expect(error.kind == .malformed)
    #expect(error.message.contains(complaint), "\(error)")
    #expect(!error.message.contains(key.prefix(8)), "no key in a message")
  }

  @Test func `a new file has a new key each time`() throws {
    #expect(SealingKeys.newFile(keyID: "a") != SealingKeys.newFile(keyID: "a"))
  }
}
