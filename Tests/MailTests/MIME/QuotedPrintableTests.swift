import Testing

@testable import Mail

@Suite struct QuotedPrintableTests {
  private func encode(_ text: String) -> String {
    String(decoding: QuotedPrintable.encode(text), as: UTF8.self)
  }

  @Test(arguments: [
    ("", "\r\n"), ("a=b", "a=3Db\r\n"), ("ü", "=C3=BC\r\n"), ("a \nb\t", "a=20\r\nb=09\r\n"),
    (" a b", " a b\r\n"),
    ("a\r\nb\rc\nd", "a\r\nb\r\nc\r\nd\r\n"), ("\u{0}\u{7F}", "=00=7F\r\n"), ("\n\n", "\r\n\r\n\r\n"),
  ])
  func `text is encoded as RFC 2045 says`(_ text: String, _ expected: String) {
    #expect(encode(text) == expected)
  }

  @Test(arguments: 70...80)
  func `no line is longer than 76, whatever stands at its end`(_ length: Int) throws {
    for tail in ["", "ü", "=", " ", "é世", "x\ny"] {
      let text = String(repeating: "x", count: length) + tail
      let lines = encode(text).utf8.split(separator: 10).map { $0.dropLast() }
      #expect(lines.allSatisfy { $0.count <= 76 })
      let message = MIMEReader(
        Array("Content-Transfer-Encoding: quoted-printable\r\n\r\n\(encode(text))".utf8))
      #expect(message.text == text.replacing("\n", with: "\r\n") + "\r\n")
    }
  }

  @Test func `a line of exactly 76 needs no soft break`() {
    let line = String(repeating: "x", count: 76)
    #expect(encode(line) == line + "\r\n")
  }
}
