import HTTPWire
import Testing

@testable import Gateway

@Suite struct TrustedProxiesTests {
  private func client(
    peer: String, _ fields: [String], trusted: [String] = ["10.0.0.0/8"],
    by field: TrustedProxies.Field = .xForwardedFor
  ) throws -> String {
    let proxies = TrustedProxies(try trusted.map { try #require(AddressBlock($0)) }, field: field)
    let request = try RequestSample("GET", "/", fields)
    let peer = try #require(ClientAddress(peer))
    return proxies.client(peer: peer, request.head.fields, in: request.bytes.span).description
  }

  private func client(peer: String, _ value: String?, trusted: [String] = ["10.0.0.0/8"]) throws -> String {
    try client(peer: peer, value.map { ["X-Forwarded-For: \($0)"] } ?? [], trusted: trusted)
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
      ("1.2.3.4,", "1.2.3.4"), ("1.2.3.4 ,\t, ", "1.2.3.4"), ("2001:db8::1, 10.0.0.2", "2001:db8::1"),
      (",,,", "10.0.0.1"),
    ] as [(String?, String)])
  func `behind our balancers the client is the last hop that is not ours`(field: String?, client: String)
    throws
  {
    #expect(try self.client(peer: "10.0.0.1", field) == client)
  }

  @Test func `an endless chain is not walked to its end`() throws {
    let chain = Array(repeating: "10.0.0.7", count: 1_500).joined(separator: ",")
    #expect(try client(peer: "10.0.0.1", "1.2.3.4," + chain) == "10.0.0.7")
  }

  @Test(
    arguments: [
      ("1.2.3.4:5678", "1.2.3.4"), ("[2001:db8::1]:443", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
      ("::ffff:1.2.3.4", "1.2.3.4"), ("[::ffff:1.2.3.4]:9", "1.2.3.4"), ("::ffff:10.0.0.7", "10.0.0.7"),
      ("1.2.3.4, ::ffff:10.0.0.7", "1.2.3.4"), ("1.2.3.4, 10.0.0.7:80", "1.2.3.4"),
      ("1.2.3.4:", "10.0.0.1"), ("1.2.3.4:x", "10.0.0.1"), ("1.2.3.4:123456", "10.0.0.1"),
      ("[1.2.3.4]", "10.0.0.1"), ("[2001:db8::1", "10.0.0.1"), ("[2001:db8::1]443", "10.0.0.1"),
      ("[]", "10.0.0.1"), ("2001:db8::1%eth0", "10.0.0.1"), ("unknown", "10.0.0.1"), ("_hidden", "10.0.0.1"),
      ("01.2.3.4", "10.0.0.1"), ("0x7f.0.0.1", "10.0.0.1"), ("1.2.3", "10.0.0.1"),
      ("\"1.2.3.4\"", "10.0.0.1"),
      ("9.9.9.9, unknown, 10.0.0.2", "10.0.0.2"), ("1.2.3.4,,10.0.0.2", "1.2.3.4"), (",1.2.3.4", "1.2.3.4"),
    ])
  func `a hop is an address, with a port perhaps, and nothing else`(value: String, client: String) throws {
    #expect(try self.client(peer: "10.0.0.1", value) == client)
  }

  @Test func `several lines are one list, of which the last line was written last`() throws {
    #expect(
      try client(peer: "10.0.0.1", ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 1.2.3.4"]) == "1.2.3.4")
    #expect(
      try client(
        peer: "10.0.0.1", ["X-Forwarded-For: 6.6.6.6, 1.2.3.4", "A: b", "X-Forwarded-For: 10.0.0.2"])
        == "1.2.3.4")
    #expect(
      try client(peer: "10.0.0.1", ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For:"]) == "10.0.0.1")
  }

  @Test(
    arguments: [
      (["Forwarded: for=1.2.3.4"], "1.2.3.4"),
      (["Forwarded: For=\"[2001:db8::1]:80\";proto=https"], "2001:db8::1"),
      (["Forwarded: for=6.6.6.6, for=1.2.3.4;by=10.0.0.1"], "1.2.3.4"),
      (["Forwarded: by=_x;for=1.2.3.4, for=10.0.0.2"], "1.2.3.4"),
      (["Forwarded: for=\"1.2.3.4:80\""], "1.2.3.4"),
      (["Forwarded: for=6.6.6.6", "Forwarded: for=1.2.3.4"], "1.2.3.4"),
      (["Forwarded: for=unknown"], "10.0.0.1"), (["Forwarded: for=_a"], "10.0.0.1"),
      (["Forwarded: proto=https"], "10.0.0.1"), (["Forwarded: for=1.2.3.4;for=6.6.6.6"], "10.0.0.1"),
      (["Forwarded: for=1.2.3.4, junk"], "10.0.0.1"), (["Forwarded: for=2001:db8::1"], "2001:db8::1"),
      (["Forwarded: host=\"x;for=6.6.6.6\";for=1.2.3.4"], "1.2.3.4"),
      (["Forwarded: for=\"x, for=6.6.6.6\""], "10.0.0.1"), (["X-Forwarded-For: 6.6.6.6"], "10.0.0.1"),
    ])
  func `where balancers write Forwarded, only that is believed`(fields: [String], client: String) throws {
    #expect(try self.client(peer: "10.0.0.1", fields, by: .forwarded) == client)
    #expect(try self.client(peer: "192.0.2.1", fields, by: .forwarded) == "192.0.2.1")
  }

  @Test(
    arguments: [
      (["Forwarded: for=1.2.3.4;proto=https"], true), (["Forwarded: for=1.2.3.4;Proto=\"HTTPS\""], true),
      (["Forwarded: for=1.2.3.4;proto=http"], false), (["Forwarded: proto=https"], true),
      (["Forwarded: for=1.2.3.4;proto=https, for=10.0.0.2;proto=http"], true),
      (["Forwarded: for=6.6.6.6;proto=https, for=1.2.3.4;proto=http"], false),
      (["Forwarded: for=6.6.6.6;proto=https, for=1.2.3.4"], nil), (["Forwarded: for=1.2.3.4"], nil),
      (["Forwarded: for=1.2.3.4;proto=https;proto=http"], nil), (["X-Forwarded-Proto: https"], nil),
      (["X-Forwarded-Proto: https", "Forwarded: for=1.2.3.4;proto=http"], false),
    ] as [([String], Bool?)])
  func `where balancers write Forwarded, its scheme is believed and that of no other field`(
    fields: [String], isSecure: Bool?
  ) throws {
    let proxies = TrustedProxies([try #require(AddressBlock("10.0.0.0/8"))], field: .forwarded)
    let request = try RequestSample("GET", "/", fields)
    for (peer, expected) in [("10.0.0.1", isSecure), ("192.0.2.1", nil)] {
      let peer = try #require(ClientAddress(peer))
      #expect(proxies.isSecure(peer: peer, request.head.fields, in: request.bytes.span) == expected)
    }
  }

  @Test func `Forwarded is nothing where balancers write X-Forwarded-For`() throws {
    #expect(try client(peer: "10.0.0.1", ["Forwarded: for=6.6.6.6"]) == "10.0.0.1")
  }

  @Test func `a mapped address is the same peer as the plain one`() throws {
    #expect(try client(peer: "::ffff:10.0.0.1", "1.2.3.4") == "1.2.3.4")
    #expect(try client(peer: "10.0.0.1", "1.2.3.4", trusted: ["::ffff:10.0.0.0/104"]) == "1.2.3.4")
  }
}
