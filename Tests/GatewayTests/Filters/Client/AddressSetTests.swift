import Testing

@testable import Gateway

@Suite struct AddressSetTests {
  private func set(_ blocks: [String]) throws -> AddressSet {
    AddressSet(try blocks.map { try #require(AddressBlock($0)) })
  }

  @Test(
    arguments: [
      ("10.0.0.0", true), ("10.255.255.255", true), ("11.0.0.0", false), ("9.255.255.255", false),
      ("::ffff:10.1.2.3", true), ("192.0.2.7", true), ("192.0.2.8", false), ("2001:db8::", true),
      ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true), ("2001:db9::", false), ("2001:db7:ffff::", false),
      ("::a00:1", false),
    ])
  func `an address is in the set when it is in one of the blocks`(address: String, isIn: Bool) throws {
    let set = try set(["192.0.2.7", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "10.0.0.0/9"])
    #expect(set.contains(try #require(ClientAddress(address))) == isIn)
  }

  @Test func `sets agree with asking every block`() throws {
    var random = SplitMix(5)
    for _ in 0..<200 {
      let blocks = (0..<Int.random(in: 0...12, using: &random)).map { _ in
        "10.0.\(Int.random(in: 0...3, using: &random)).\(Int.random(in: 0...255, using: &random))"
          + "/\(Int.random(in: 20...32, using: &random))"
      }
      let set = try set(blocks)
      let plain = try blocks.map { try #require(AddressBlock($0)) }
      for _ in 0..<100 {
        let text = "10.0.\(Int.random(in: 0...4, using: &random)).\(Int.random(in: 0...255, using: &random))"
        let address = try #require(ClientAddress(text))
        #expect(set.contains(address) == plain.contains { $0.contains(address) })
      }
    }
  }

  @Test(
    arguments: [
      "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "/8", "10.0.0.0/8/8", "2001:db8::/129",
      "10.0.0/8",
      "::ffff:10.0.0.0/129", "10.0.0.0/ 8", "10.0.0.0/0x8",
    ])
  func `what is no block is not taken for one`(text: String) {
    #expect(AddressBlock(text) == nil)
  }
}
