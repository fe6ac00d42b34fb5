import Testing

@testable import Gateway

@Suite struct TrustedProxiesTests {
  private func client(peer: String, _ field: String?, trusted: [String] = ["10.0.0.0/8"]) throws -> String {
    let proxies = TrustedProxies(try trusted.map { try #require(AddressBlock($0)) })
    let bytes = Array((field ?? "").utf8)
    let peer = try #require(ClientAddress(peer))
    return proxies.client(
      peer: peer, forwardedFor: field == nil ? nil : 0..<bytes.count, in: bytes.span
    ).description
  }

  @Test func `a stranger cannot say who he is`() throws {
    #expect(try client(peer: "192.0.2.1", "1.2.3.4") == "192.0.2.1")
    #expect(try client(peer: "10.0.0.1", "1.2.3.4", trusted: []) == "10.0.0.1")
  }

  @Test(
    arguments: [
      (nil, "10.0.0.1"), ("", "10.0.0.1"), ("1.2.3.4", "1.2.3.4"), ("9.9.9.9, 1.2.3.4", "1.2.3.4"),
      ("1.2.3.4,10.0.0.2 , 10.0.0.3", "1.2.3.4"), ("10.0.0.9, 10.0.0.2", "10.0.0.9"),
      ("1.2.3.4, junk", "10.0.0.1"), ("1.2.3.4, junk, 10.0.0.2", "10.0.0.2"), ("junk", "10.0.0.1"),
      ("1.2.3.4,", "10.0.0.1"), ("2001:db8::1, 10.0.0.2", "2001:db8::1"), (",,,", "10.0.0.1"),
    ] as [(String?, String)])
  func `behind our balancers the client is the last hop that is not ours`(field: String?, client: String)
    throws
  {
    #expect(try self.client(peer: "10.0.0.1", field) == client)
  }

  @Test func `an endless chain is not walked to its end`() throws {
    let chain = Array(repeating: "10.0.0.7", count: 5_000).joined(separator: ",")
    #expect(try client(peer: "10.0.0.1", "1.2.3.4," + chain) == "10.0.0.7")
  }
}
