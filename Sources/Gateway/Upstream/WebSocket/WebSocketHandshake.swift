import HTTPWire
import Secrets

/// The opening handshake of a WebSocket (RFC 6455, 4): what a client must ask and a server answer. Everything else
/// that asks for another protocol is forwarded as if it had not.
enum WebSocketHandshake {
  enum Request {
    /// It asks for nothing of the kind.
    case none
    /// - Parameter accept: what the server's Sec-WebSocket-Accept must be.
    case valid(accept: [UInt8])
    case wrongVersion
    case malformed
  }

  /// What a request without a body asks for.
  static func read(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Request {
    guard head.fields.connection.upgrade, let upgrade = head.fields.value(.upgrade),
      bytes.equalsIgnoringCase("websocket", at: upgrade)
    else { return .none }
    guard head.method == .get, head.minorVersion == 1, head.framing == .none,
      !head.fields.isRepeated(.upgrade)
    else { return .malformed }
    guard let version = only("sec-websocket-version", head.fields, in: bytes),
      bytes.equalsIgnoringCase("13", at: version)
    else { return .wrongVersion }
    guard let key = only("sec-websocket-key", head.fields, in: bytes) else { return .malformed }
    let text = (key.map { bytes[$0] })
    guard text.count == 24, let nonce = Base64.decode(Substring(String(decoding: text, as: UTF8.self))),
      nonce.count == 16
    else { return .malformed }
    return .valid(accept: accept(text))
  }

  /// Whether a 101 answers such a request.
  static func isAccepted(
    by head: borrowing ResponseHead, in bytes: Span<UInt8>, accept: [UInt8]
  ) -> Bool {
    guard head.fields.connection.upgrade, let upgrade = head.fields.value(.upgrade),
      bytes.equalsIgnoringCase("websocket", at: upgrade),
      let value = only("sec-websocket-accept", head.fields, in: bytes), value.count == accept.count
    else { return false }
    for (index, byte) in zip(value, accept) where bytes[index] != byte { return false }
    return true
  }

  /// Names that ``FieldName`` does not know: only handshakes need them.
  private static func only(
    _ name: StaticString, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>
  ) -> Range<Int>? {
    var found: Range<Int>?
    for index in 0..<fields.count where bytes.equalsIgnoringCase(name, at: fields[index].nameRange) {
      guard found == nil else { return nil }
      found = fields[index].valueRange
    }
    return found
  }

  private static func accept(_ key: [UInt8]) -> [UInt8] {
    let digest = SHA1.hash(key + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
    return Array(Base64.encode(digest, padded: true).utf8)
  }
}
