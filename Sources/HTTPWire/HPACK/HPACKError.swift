/// Why a field block cannot be decoded. The two sides' tables differ from then on, so the connection must end with
/// COMPRESSION_ERROR (RFC 9113, 4.3).
package enum HPACKError: Error, Equatable, Sendable {
  /// The block ends in the middle of a field.
  case truncated
  /// An integer over what any length or index may be.
  case integer
  /// An index that neither table has.
  case index
  /// Not a string of the Huffman code.
  case huffman
  /// A table size over what was allowed, or not at the start of the block.
  case tableSize
}
