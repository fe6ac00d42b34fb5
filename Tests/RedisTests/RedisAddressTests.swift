import Testing

@testable import Redis

@Suite struct RedisAddressTests {
  @Test func `every part of a TCP URL is read`() throws {
    let address = try RedisAddress(url: "redis://us%40er:p%3Ass@redis.example:7000/3")
    #expect(address.socket == .tcp(host: "redis.example", port: 7000))
    #expect(address.user == "us@er" && address.password == "p:ss" && address.database == 3)
  }

  @Test func `what is left out has its usual value`() throws {
    let address = try RedisAddress(url: "redis://localhost")
    #expect(address.socket == .tcp(host: "localhost", port: 6379))
    #expect(address.user == nil && address.password == nil && address.database == 0)
    #expect(try RedisAddress(url: "redis://:secret@[::1]/").socket == .tcp(host: "::1", port: 6379))
    #expect(try RedisAddress(url: "redis://:secret@[::1]/").password == "secret")
  }

  @Test func `a Unix socket is read`() throws {
    let address = try RedisAddress(url: "unix:///run/redis.sock?db=2")
    #expect(address.socket == .unix(path: "/run/redis.sock") && address.database == 2)
    #expect(try RedisAddress(url: "unix://u:p@/run/redis.sock").password == "p")
  }

  @Test(arguments: [
    "", "localhost", "http://localhost", "rediss://localhost", "redis://", "redis://user@localhost",
    "redis://:secret@localhost/x", "redis://:secret@localhost/-1", "redis://:secret@localhost/1/2",
    "redis://:secret@localhost:99999", "unix://", "redis://:secret@",
  ])
  func `a malformed URL is refused, and the message shows none of it`(_ url: String) throws {
    let error = try #require(throws: RedisError.self) { try RedisAddress(url: url) }
    #expect(error.kind == .invalid)
    #expect(!error.message.contains("secret"))
  }

  @Test func `a printed address shows no password`() throws {
    #expect(try "\(RedisAddress(url: "redis://u:secret@h:1/2"))" == "redis://h:1/2")
    let configuration = try RedisConfiguration(url: "redis://u:secret@h:1/2")
    #expect(!"\(configuration)".contains("secret"))
  }
}
