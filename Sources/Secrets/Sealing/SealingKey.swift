/// One AES-256 key and the name under which sealed values ask for it.
struct SealingKey: Sendable, CustomStringConvertible {
  static let byteCount = 32

  let id: String
  let bytes: [UInt8]

  /// The id alone: a key that is printed by mistake stays secret.
  var description: String { id }

  /// A line of the key file; nil for an empty one and a comment.
  init?(line: Substring, number: Int) throws(SecretsError) {
    let fields = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
    guard let id = fields.first, !id.hasPrefix("#") else { return nil }
    guard fields.count == 2 else {
      throw SecretsError(.malformed, "line \(number): expected `<key id> <Base64>`")
    }
    guard Self.isKeyID(id) else {
      throw SecretsError(.malformed, "line \(number): a key id is 1 to 32 letters, digits, - _ or .")
    }
    guard let bytes = Base64.decode(fields[1]), bytes.count == Self.byteCount else {
      throw SecretsError(.malformed, "line \(number): the key is not \(Self.byteCount) bytes in Base64")
    }
    self.id = String(id)
    self.bytes = bytes
  }

  private static func isKeyID(_ text: Substring) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
          true
        default: false
        }
      }
  }
}
