/// The notation of Tests/Corpus/http1: `\r \n \t \\ \xNN` are bytes, and `{text*N}` is a repetition.
package enum CorpusBytes {
  /// All of it.
  package static func read(_ text: Substring) -> [UInt8] {
    let pattern = /\{((?:\\x[0-9A-F]{2})|.)\*([0-9]+)\}/
    return unescaped(
      text.replacing(pattern) { String(repeating: String($0.output.1), count: Int($0.output.2) ?? 0) })
  }

  /// The escapes alone.
  package static func unescaped(_ text: some StringProtocol) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let code = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch code {
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "x"):
        result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      default: result.append(code)
      }
    }
    return result
  }
}
