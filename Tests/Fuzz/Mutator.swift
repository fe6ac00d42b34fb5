/// Makes hostile input: requests put together from telling pieces, and mutations of known ones. The same seed
/// gives the same inputs.
package struct Mutator: Sendable {
  private var state: UInt64
  private let seeds: [[UInt8]]

  package init(seed: UInt64, seeds: [[UInt8]]) {
    state = seed | 1
    self.seeds = seeds
  }

  package mutating func next() -> [UInt8] {
    var bytes = random(3) == 0 || seeds.isEmpty ? composed() : seeds[random(seeds.count)]
    if bytes.count > 4_096 { bytes.removeLast(bytes.count - 4_096) }
    for _ in 0..<random(4) { mutate(&bytes) }
    return bytes
  }

  private mutating func composed() -> [UInt8] {
    var text = pick(["GET", "POST", "PUT", "OPTIONS", "HEAD", "DELETE", "PATCH"]) + " "
    text += pick(["/", "/a?b=c", "*", "http://a/x", "/%41", "//", "/a;b", "/?[]"]) + " "
    text += pick(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]) + "\r\nHost: a\r\n"
    for _ in 0..<random(4) { text += Self.lines[random(Self.lines.count)] + "\r\n" }
    text += "\r\n"
    for _ in 0..<random(4) { text += Self.bodies[random(Self.bodies.count)] }
    return Array(text.utf8)
  }

  private static let lines = [
    "Content-Length: 5", "Content-Length: 0", "Transfer-Encoding: chunked", "Connection: close",
    "Connection: keep-alive, x", "Expect: 100-continue", "X: y", "X:", "X: \t z \t", "TE: trailers",
    "Content-Length: 005", "Cookie: a=b; c=\"d\"", "A-Very-Long-Name-That-Nobody-Knows: v",
  ]
  private static let bodies = [
    "hello", "5\r\nhello\r\n", "0\r\n\r\n", "a;x=\"y\"\r\n0123456789\r\n", "0\r\nX: y\r\n\r\n", "00\r\n\r\n",
  ]
  private static let tokens: [[UInt8]] = [
    [0x0D, 0x0A], [0x0A], [0x0D], [0x00], [0x20], [0x09], [0x3A], [0x3B], [0x2C], [0x7F], [0x80], [0xFF],
    [0x0B],
    Array("chunked".utf8), Array("Content-Length: 3\r\n".utf8), Array("\r\n\r\n".utf8),
    Array(" HTTP/1.1".utf8),
    Array("Transfer-Encoding: chunked\r\n".utf8), Array("%2f".utf8), Array("\r\n ".utf8), Array("0\r\n".utf8),
  ]

  private mutating func mutate(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let index = random(bytes.count)
    switch random(6) {
    case 0: bytes[index] = UInt8(truncatingIfNeeded: random(256))
    case 1: bytes[index] ^= 1 << UInt8(random(8))
    case 2: bytes.remove(at: index)
    case 3: bytes.insert(contentsOf: Self.tokens[random(Self.tokens.count)], at: index)
    case 4: bytes.removeSubrange(index..<min(bytes.count, index + random(12)))
    default:
      let end = min(bytes.count, index + random(40))
      bytes.insert(contentsOf: bytes[index..<end], at: random(bytes.count))
    }
  }

  private mutating func pick(_ choices: [String]) -> String { choices[random(choices.count)] }

  /// xorshift64*
  private mutating func random(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
  }
}
