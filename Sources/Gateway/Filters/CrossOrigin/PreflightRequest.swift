package import HTTPWire

/// What a browser asks before it sends a request to another origin that a form could not have sent.
package struct PreflightRequest: Sendable {
  /// The method that it wants to use.
  package let method: HTTPMethod
  /// The value of Origin.
  package let origin: Range<Int>

  /// Nil for everything else, an ordinary OPTIONS included.
  package init?(_ head: borrowing RequestHead, in bytes: Span<UInt8>) {
    guard head.method == .options, let origin = head.fields.value(.origin),
      !head.fields.isRepeated(.origin)
    else { return nil }
    for index in 0..<head.fields.count where head.fields[index].name == .other {
      let field = head.fields[index]
      guard bytes.extracting(field.nameRange).equalsIgnoringCase("access-control-request-method") else {
        continue
      }
      let name = bytes.extracting(field.valueRange).text
      method = MethodSet.names.first { $0.name == name }?.method ?? .other
      self.origin = origin
      return
    }
    return nil
  }
}
