import Glibc
import Testing

@testable import Gateway

/// Bytes go straight to the socket while the channel's queue is empty, and through it where the socket is full: a
/// client that reads slowly sees both, in turns.
@Suite struct SocketOutputTests {
  @Test func `what does not fit into the socket leaves behind what did, in order and whole`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in reply(Self.body(number)) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    for number in 0..<Self.requests { client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n") }
    // Bodies are of characters that no head has.
    var letters: [(letter: UInt8, count: Int)] = []
    let total = (0..<Self.requests).reduce(0) { $0 + Self.length($1) }
    var count = 0
    while count < total {
      // Now there is room, and now there is none.
      usleep(100)
      guard let bytes = try client.receiveSome() else { break }
      for byte in bytes where Self.letters.contains(byte) {
        count += 1
        if letters.last?.letter == byte {
          letters[letters.count - 1].count += 1
        } else {
          letters.append((byte, 1))
        }
      }
    }
    #expect(letters.count == Self.requests)
    for (number, run) in letters.enumerated() {
      #expect(run == (Self.letters.lowerBound + UInt8(number), Self.length(number)), "answer \(number)")
    }
    try await gateway.stop()
    try await upstream.stop()
  }

  private static let requests = 18
  private static let letters: Range<UInt8> = 0x0E..<0x20

  /// Short ones between long ones: gathered, and sent at once.
  private static func length(_ number: Int) -> Int { number % 3 == 0 ? 700 : 600_000 }

  private static func body(_ number: Int) -> String {
    String(repeating: String(UnicodeScalar(letters.lowerBound + UInt8(number))), count: length(number))
  }
}
