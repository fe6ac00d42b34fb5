import Testing

@Suite struct MIMEReaderTests {
  /// So that no other test passes because the reader saw nothing.
  @Test func `the reader of these tests reads a message that others wrote`() {
    let message = MIMEReader(
      Array(
        """
        Subject: =?utf-8?B?R3LDvA==?=\r\n =?utf-8?B?w59l?= end\r
        Content-Type: multipart/mixed;\r\n boundary="b"\r
        \r
        --b\r
        Content-Transfer-Encoding: quoted-printable\r
        \r
        a=3Db =\r\nc=C3=BC\r
        --b\r
        Content-Transfer-Encoding: base64\r
        \r
        aGVs\r\nbG8=\r
        --b--\r

        """.utf8))
    #expect(message.decoded("Subject") == "Grüße end")
    #expect(message.parts.map(\.text) == ["a=b cü", "hello"])
  }
}
