import Mail
import Testing

@Suite struct MailAddressTests {
  @Test(arguments: [
    ("leo@mail.test", "leo@mail.test"), ("Leo.Kim+tag@Mail.TEST", "Leo.Kim+tag@mail.test"), ("a@b", "a@b"),
    ("o'neil_!#$%&*/=?^`{|}~-@x.test", "o'neil_!#$%&*/=?^`{|}~-@x.test"),
    ("x@müller.de", "x@xn--mller-kva.de"), ("x@BÜCHER.example", "x@xn--bcher-kva.example"),
    ("x@例え.テスト", "x@xn--r8jz45g.xn--zckzah"), ("x@пример.испытание", "x@xn--e1afmkfd.xn--80akhbyknj4f"),
    ("x@mu\u{308}ller.de", "x@xn--mller-kva.de"), ("x@ｍａｉｌ。test", "x@mail.test"),
    ("jörg@x.test", "jörg@x.test"), ("用户@例子.test", "用户@xn--fsqu00a.test"),
  ])
  func `an address is kept with its domain in ASCII`(_ address: String, _ expected: String) throws {
    #expect(try MailAddress(mailbox: address).mailbox == expected)
  }

  @Test(arguments: [
    "", "@", "a", "a@", "@b", "a@b@c", "a b@c", "a@b c", "a@b\r\nRCPT TO:<evil@x>", "a\r\n@b", "a\u{0}@b",
    "<a@b>", "a@b>",
    "a@<b", ".a@b", "a.@b", "a..b@c", "\"a b\"@c", "a@[127.0.0.1]", "a@-b", "a@b-", "a@b..c", "a@.b", "a@b_c",
    "a,b@c",
    "a;b@c", "a:b@c", "a(b)@c", "a\\b@c", "a\u{202E}b@c", "a\u{200B}b@c", "a\u{A0}b@c", "a@b\u{202E}c",
    "a@b\u{0}",
    String(repeating: "x", count: 65) + "@b", "a@" + String(repeating: "x", count: 64),
    "a@" + String(repeating: "x.", count: 130) + "x", "a@" + String(repeating: "ü", count: 60),
  ])
  func `what is no address, or could be more than one, is refused`(_ address: String) {
    #expect(throws: MailError.self) { try MailAddress(mailbox: address) }
  }

  @Test func `the refusal is permanent and does not repeat what was typed`() throws {
    let error = try #require(throws: MailError.self) { try MailAddress(mailbox: "secret stuff@x") }
    #expect(error.kind == .permanent && !error.description.contains("secret"))
  }

  @Test(arguments: [
    "a..b", ".a", "a.", "", "a b", "a\n", "a@b", "ü", "a/b", "a\u{7F}", "a^b",
    String(repeating: "x", count: 129),
  ])
  func `a Message-ID is made of safe keys only`(_ key: String) {
    #expect(throws: MailError.self) { try MailMessageID(key: key, domain: "x.test") }
  }

  @Test func `a Message-ID is its key at the domain`() throws {
    #expect(
      try MailMessageID(key: "b.k3-V_t9=1~x+y", domain: "Müller.test").description
        == "<b.k3-V_t9=1~x+y@xn--mller-kva.test>")
    #expect(throws: MailError.self) { try MailMessageID(key: "a", domain: "x.test>\r\nBcc: e") }
  }
}
