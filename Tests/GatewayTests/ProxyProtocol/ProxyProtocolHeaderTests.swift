import Gateway
import Testing

@Suite struct ProxyProtocolHeaderTests {
  static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
  static let six: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [7]

  /// A header of version 2.
  static func binary(_ command: UInt8, _ family: UInt8, _ facts: [UInt8], length: Int? = nil) -> [UInt8] {
    let length = length ?? facts.count
    return signature + [command, family, UInt8(length >> 8), UInt8(length & 255)] + facts
  }

  static let good: [(bytes: [UInt8], client: String?)] = [
    (Array("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n".utf8), "192.0.2.1"),
    (Array("PROXY TCP6 2001:db8::7 ::1 0 65535\r\n".utf8), "2001:db8::7"),
    (Array("PROXY UNKNOWN\r\n".utf8), nil),
    (Array("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n".utf8), nil),
    (binary(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 1, 2, 1, 187]), "192.0.2.1"),
    (binary(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 1, 2, 1, 187, 4, 0, 2, 9, 9]), "192.0.2.1"),
    (binary(0x21, 0x21, six + six + [1, 2, 3, 4]), "2001:db8::7"),
    (binary(0x20, 0x00, []), nil),
    (binary(0x20, 0x11, [1, 2, 3]), nil),
    (binary(0x21, 0x00, [1, 2, 3, 4]), nil),
  ]

  @Test(arguments: good.indices) func `a header says who the client is, and where it ends`(index: Int) throws
  {
    let (bytes, client) = Self.good[index]
    let expected = ProxyProtocolHeader.Reading.whole(
      length: bytes.count, client: client.flatMap { ClientAddress($0) })
    #expect(try ProxyProtocolHeader.read(bytes.span) == expected)
    let more = bytes + Array("GET / HTTP/1.1\r\n\r\n".utf8)
    #expect(try ProxyProtocolHeader.read(more.span) == expected)
  }

  @Test(arguments: good.indices) func `a part of a header needs more, wherever it is cut`(index: Int) throws {
    let bytes = Self.good[index].bytes
    for count in 0..<bytes.count {
      let part = Array(bytes[..<count])
      #expect(try ProxyProtocolHeader.read(part.span) == .needsMore)
    }
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n", "PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
    "PROXY TCP4 2001:db8::1 198.51.100.2 1 2\r\n", "PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n",
    "PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n", "PROXY UDP4 192.0.2.1 198.51.100.2 1 2\r\n",
    "PROXY TCP4 192.0.2.1 198.51.100.2 -1 2\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 1 \r\n", "proxy TCP4 ",
    "\r\nPROXY", "PROXY UNKNOWN " + String(repeating: "a", count: 100),
    "PROXY UNKNOWN " + String(repeating: "a", count: 100) + "\r\n",
  ])
  func `what is no header of version 1 is refused`(text: String) {
    let bytes = Array(text.utf8)
    #expect(throws: ProxyProtocolHeader.Malformed()) { try ProxyProtocolHeader.read(bytes.span) }
  }

  @Test(arguments: [
    binary(0x11, 0x11, [UInt8](repeating: 1, count: 12)),
    binary(0x22, 0x11, [UInt8](repeating: 1, count: 12)),
    binary(0x21, 0x12, [UInt8](repeating: 1, count: 12)),
    binary(0x21, 0x11, [UInt8](repeating: 1, count: 11)),
    binary(0x21, 0x21, [UInt8](repeating: 1, count: 35)),
    binary(0x21, 0x41, [UInt8](repeating: 1, count: 36)),
    binary(0x21, 0x11, [UInt8](repeating: 1, count: 12), length: 4_097), [0x0D, 0x0A, 0x0D, 0x0B],
  ])
  func `what is no header of version 2 is refused`(bytes: [UInt8]) {
    #expect(throws: ProxyProtocolHeader.Malformed()) { try ProxyProtocolHeader.read(bytes.span) }
  }
}
