import Testing

@testable import Gateway

@Suite struct ClientAddressTests {
  @Test(
    arguments: [
      ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("0.0.0.0", "0.0.0.0"),
      ("::", "::"), ("::1", "::1"), ("1::", "1::"),
      ("2001:db8::8:800:200C:417A", "2001:db8::8:800:200c:417a"),
      ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
      ("FF01:0:0:0:0:0:0:101", "ff01::101"), ("::ffff:192.0.2.1", "192.0.2.1"),
      ("::ffff:c000:201", "192.0.2.1"),
      ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
      ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("1:0:0:2::", "1:0:0:2::"),
    ])
  func `addresses are read in every form and written in one`(text: String, written: String) {
    #expect(ClientAddress(text)?.description == written)
  }

  @Test(
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.04", "1.2.3.", ".1.2.3", "1..2.3", "a.b.c.d",
      "1.2.3.4 ",
      ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%eth0", "[::1]",
      "1:2:3:4:5:6:7:",
      ":1:2:3:4:5:6:7:8", "::1.2.3", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7:8::",
    ])
  func `anything else is no address`(text: String) {
    #expect(ClientAddress(text) == nil)
  }

  @Test func `written addresses read back as they were`() {
    var random = SplitMix(11)
    for _ in 0..<2_000 {
      // Sparse, so that runs of zeros of every place and length occur.
      let mask = random.next()
      let address = ClientAddress(
        high: (0..<4).reduce(0) { $0 | (mask >> $1 & 1 == 0 ? 0 : (random.next() & 0xffff) << ($1 * 16)) },
        low: (0..<4).reduce(0) {
          $0 | (mask >> ($1 + 4) & 1 == 0 ? 0 : (random.next() & 0xffff) << ($1 * 16))
        })
      #expect(ClientAddress(address.description) == address, "\(address)")
    }
  }

  @Test func `an IPv6 client is his network of 64 bits, an IPv4 client his address`() throws {
    let network = try ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9"].map {
      try #require(ClientAddress($0)).limitKey
    }
    #expect(network[0] == network[1])
    let others = try ["2001:db8:1:3::1", "192.0.2.1", "192.0.2.2"].map {
      try #require(ClientAddress($0)).limitKey
    }
    #expect(Set(others + network).count == 4)
  }

  @Test(
    arguments: [
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.1", "192.0.2.1", true),
      ("192.0.2.1", "192.0.2.2", false), ("2001:db8::/32", "2001:db8:9::1", true),
      ("2001:db8::/32", "2001:db9::", false),
      ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("::/0", "8.8.8.8", true),
      ("2001:db8::/65", "2001:db8::8000:0:0:0", false), ("10.1.2.3/31", "10.1.2.2", true),
    ])
  func `a block holds its addresses only`(block: String, address: String, holds: Bool) throws {
    #expect(try #require(AddressBlock(block)).contains(try #require(ClientAddress(address))) == holds)
  }

  @Test(arguments: [
    "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "10.0.0/8", "::/129", "a/8", "/8",
    "1.2.3.4/8/9",
  ])
  func `a malformed block is refused`(text: String) {
    #expect(AddressBlock(text) == nil)
  }
}
