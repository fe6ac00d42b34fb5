/// How large a head may be. Over a limit the sender gets 414 or 431.
package struct HeadLimits: Sendable {
  /// Bytes of the request line or status line.
  package var startLine: Int
  /// Bytes of one field line.
  package var fieldLine: Int
  /// Bytes of the whole head, at most 65,535.
  package var head: Int
  /// Number of field lines, at most 255.
  package var fields: Int

  package init(startLine: Int = 8_192, fieldLine: Int = 16_384, head: Int = 32_768, fields: Int = 100) {
    precondition(head <= 65_535 && fields <= 255, "offsets in a head are 16 bits, field counts 8")
    self.startLine = startLine
    self.fieldLine = fieldLine
    self.head = head
    self.fields = fields
  }
}
