import Testing

@testable import Redis

@Suite struct HiredisFormatTests {
  private func text(_ arguments: [String]) throws -> String {
    String(decoding: try RedisCommand(arguments).bytes, as: UTF8.self)
  }

  @Test func `arguments are counted in bytes`() throws {
    #expect(try text(["SET", "kéy", "v"]) == "*3\r\n$3\r\nSET\r\n$4\r\nkéy\r\n$1\r\nv\r\n")
  }

  @Test func `an argument may be empty or hold any byte`() throws {
    #expect(try text(["SET", "", ""]) == "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$0\r\n\r\n")
    let bytes = try RedisCommand([Array("ECHO".utf8), [0, 13, 10, 255, 0]]).bytes
    #expect(bytes == Array("*2\r\n$4\r\nECHO\r\n$5\r\n".utf8) + [0, 13, 10, 255, 0, 13, 10])
  }

  @Test func `line ends in an argument start no command`() throws {
    #expect(
      try text(["GET", "x\r\n*1\r\n$8\r\nFLUSHALL\r\n"])
        == "*2\r\n$3\r\nGET\r\n$21\r\nx\r\n*1\r\n$8\r\nFLUSHALL\r\n\r\n")
  }

  @Test func `without a name and over the bound it is refused`() {
    for arguments in [[], [[]], [Array("SET".utf8), [UInt8](repeating: 0, count: 9 << 20)]] {
      #expect(throws: RedisError.self) { try RedisCommand(arguments) }
    }
  }
}
