import HTTPWire
import Testing

@Suite struct ParserCostTests {
  @Test func `a typical head is read in well under the cost of forwarding it`() throws {
    let text = """
      GET /v2/slots?eventTypeId=41&start=2050-09-05&end=2050-09-09&timeZone=Europe%2FRome HTTP/1.1\r\n\
      Host: daybook.example.com\r\nConnection: keep-alive\r\nAuthorization: Bearer \
      \(String(repeating: "eyJhbGciOiJFUzI1NiIs", count: 18))\r\nAccept: application/json\r\n\
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0\r\n\
      Accept-Language: en-GB,en;q=0.7\r\nAccept-Encoding: gzip, deflate, br\r\n\
      Referer: https://daybook.example.com/book/john/30min\r\ncal-api-version: 2024-09-04\r\n\r\n
      """
    let bytes = Array(text.utf8)
    var head = RequestHead()
    let rounds = 20_000
    let elapsed = try ContinuousClock().measure {
      for _ in 0..<rounds { guard try head.parse(bytes.span) else { return } }
    }
    let nanoseconds = Double(elapsed.components.attoseconds) / 1e9 / Double(rounds)
    let fields = head.fields.count
    print("HTTPWire: \(Int(nanoseconds)) ns per head of \(bytes.count) bytes, \(fields) fields")
    let length = head.length
    #expect(length == bytes.count)
    // A guard against quadratic behaviour, wide enough for an unoptimised build on a busy machine.
    #expect(nanoseconds < 1_000_000)
  }
}
