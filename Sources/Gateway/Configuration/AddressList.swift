/// Blocks of addresses that routes allow or deny.
package struct AddressList: Sendable, Equatable {
  package var name: String
  package var blocks: [AddressBlock]

  package init(name: String, blocks: [AddressBlock]) {
    self.name = name
    self.blocks = blocks
  }
}
