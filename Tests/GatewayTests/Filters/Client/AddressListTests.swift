import Foundation
import Testing

@testable import Gateway

@Suite(.serialized, .timeLimit(.minutes(1))) struct AddressListTests {
  @Test func `lists say who may come, everywhere and to a route`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await FilterGateway.start(
      upstream,
      """
      trusted_proxies: [127.0.0.1]
      address_lists:
        office: {addresses: [192.0.2.0/24, "2001:db8::/32"]}
        bad: {addresses: [203.0.113.0/24, 192.0.2.66]}
      deny: [bad]
      routes:
        - {path: /*, upstream: main}
        - {path: /admin/*, upstream: main, allow: [office]}
      """)
    func status(_ target: String, from client: String) throws -> Int {
      try gateway.status("GET", target, ["X-Forwarded-For: \(client)"])
    }
    #expect(try status("/", from: "198.51.100.1") == 200)
    #expect(try status("/", from: "203.0.113.9") == 403)
    #expect(try status("/admin/x", from: "198.51.100.1") == 403)
    #expect(try status("/admin/x", from: "192.0.2.1") == 200)
    #expect(try status("/admin/x", from: "2001:db8::5") == 200)
    #expect(try status("/admin/x", from: "192.0.2.66") == 403)
    #expect(try gateway.ask("GET", "/admin/x").contains("\"reason\":\"address_denied\""))
    #expect(upstream.seen.requests.count == 3)
    try await gateway.stop()
  }

  @Test func `a list in a file is read again with the configuration, and a broken one changes nothing`()
    async throws
  {
    let folder = NSTemporaryDirectory() + "daybook-lists-\(UUID().uuidString)/"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let settings = """
      address_lists: {bad: {file: bad.txt}}
      routes: [{path: /*, upstream: main, deny: [bad]}]
      """
    func write(_ text: String) throws {
      try text.write(toFile: folder + "bad.txt", atomically: true, encoding: .utf8)
    }
    try write("# nobody yet\r\n\r\n203.0.113.0/24  # them\n")
    let gateway = try await FilterGateway.start(upstream, settings, folder: folder)
    #expect(try gateway.status("GET", "/") == 200)
    try write("203.0.113.0/24\n127.0.0.0/8\n")
    try await gateway.gateway.reload(
      FilterGateway.configuration(port: upstream.port, settings, folder: folder))
    #expect(try gateway.status("GET", "/") == 403)
    try write("127.0.0.0/8\nnot an address\n")
    #expect(throws: ConfigurationComplaints.self) {
      try FilterGateway.configuration(port: upstream.port, settings, folder: folder)
    }
    try await gateway.stop()
  }
}
