/// Finds the private keys in a text of several PEM blocks.
enum PEMBlocks {
  /// Every block that says BEGIN … PRIVATE KEY, in order; other blocks (EC PARAMETERS, a public key) are not.
  static func privateKeys(in text: String) -> [String] {
    var blocks: [String] = []
    var block: [Substring]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
      if line.hasPrefix("-----BEGIN ") { block = line.contains("PRIVATE KEY") ? [] : nil }
      block?.append(line)
      if line.hasPrefix("-----END "), let lines = block {
        blocks.append(lines.joined(separator: "\n") + "\n")
        block = nil
      }
    }
    return blocks
  }
}
