import HTTPTypes
import HTTPWire

extension HTTPRequest {
  /// The request whose head was read from `bytes`. Host stays a field; scheme and authority are not told.
  init(_ head: borrowing RequestHead, in bytes: Span<UInt8>) {
    var fields = HTTPFields()
    fields.reserveCapacity(head.fields.count)
    for index in 0..<head.fields.count {
      let field = head.fields[index]
      guard let name = Self.name(field, in: bytes) else { continue }
      fields.append(HTTPField(name: name, value: bytes.text(field.valueRange)))
    }
    self.init(
      method: Self.method(head, in: bytes), scheme: nil, authority: nil,
      path: Self.target(head.target, in: bytes),
      headerFields: fields)
  }

  private static func method(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Method {
    switch head.method {
    case .get: .get
    case .head: .head
    case .post: .post
    case .put: .put
    case .patch: .patch
    case .delete: .delete
    case .options: .options
    // The parser takes tokens only, and each token is a method.
    case .other: Method(rawValue: bytes.text(head.methodRange)) ?? .options
    }
  }

  /// In origin form, whatever form it came in (RFC 9112, section 3.2).
  private static func target(_ target: RequestTarget, in bytes: Span<UInt8>) -> String {
    switch target.form {
    case .origin: return bytes.text(target.range)
    case .asterisk: return "*"
    case .absolute:
      let path = target.path.isEmpty ? "/" : bytes.text(target.path)
      return target.query.map { "\(path)?\(bytes.text($0))" } ?? path
    }
  }

  private static func name(_ field: Field, in bytes: Span<UInt8>) -> HTTPField.Name? {
    names[Int(field.name.rawValue)] ?? HTTPField.Name(bytes.text(field.nameRange))
  }

  /// Names that come with nearly every request are not made anew. What stands for several names, or for one with
  /// underscores, is not among them.
  private static let names: [HTTPField.Name?] = {
    var names = [HTTPField.Name?](repeating: nil, count: FieldName.allCases.count)
    let known: [FieldName: HTTPField.Name] = [
      .accept: .accept, .acceptEncoding: .acceptEncoding, .apiVersion: .calAPIVersion,
      .authorization: .authorization, .connection: .connection, .contentLength: .contentLength,
      .contentType: .contentType, .cookie: .cookie, .ifNoneMatch: .ifNoneMatch, .origin: .origin,
      .traceparent: .traceparent, .userAgent: .userAgent, .xRequestId: .requestID,
    ]
    for (name, value) in known { names[Int(name.rawValue)] = value }
    return names
  }()
}

extension Span<UInt8> {
  fileprivate func text(_ range: Range<Int>) -> String {
    unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
