import Foundation
import JWT
import Testing

@testable import Gateway

/// The session cookie through a whole gateway, with keys from a file.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SessionCookieTests {
  private let keys: SigningKeySet
  private let folder: String

  init() throws {
    keys = try SigningKeySet(pem: SigningKeySet.newFile())
    folder = NSTemporaryDirectory() + "daybook-cookie-\(UUID().uuidString)/"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(keys.jwks()).write(to: URL(filePath: folder + "keys.json"))
  }

  private func token(_ subject: String = "7", _ change: (inout Claims) -> Void = { _ in }) throws -> String {
    var claims = Claims(sub: subject, exp: Int(Date().timeIntervalSince1970) + 900)
    change(&claims)
    return try TokenSigner(keys: keys).sign(claims)
  }

  private func start(_ upstream: ScriptedUpstream, origins: String = "") async throws -> RunningGateway {
    try await FilterGateway.start(
      upstream,
      """
      token:
        issuer: daybook
        audience: daybook
        key_set: {file: keys.json}
        cookie: session
      \(origins)
      routes:
        - {path: /*, upstream: main, token: required}
        - {path: /open, upstream: main, token: optional}
        - {path: /none, upstream: main}
        - {path: /staff, upstream: main, token: required, require: {scope: "bookings:write", role: [owner, admin]}}
      """, folder: folder)
  }

  @Test func `the cookie's token goes on as Authorization`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await start(upstream)
    let token = try token()
    #expect(try gateway.status("GET", "/a", ["Cookie: a=b; session=\(token); c=d"]) == 200)
    let seen = try #require(upstream.seen.requests.last)
    #expect(seen.contains("\r\nAuthorization: Bearer \(token)\r\n"))
    #expect(try gateway.status("GET", "/a", ["Cookie: session=\"\(token)\""]) == 200)
    #expect(try gateway.status("GET", "/a", ["Cookie: session=\(token)x"]) == 401)
    #expect(try gateway.status("GET", "/a", ["Cookie: xsession=\(token)"]) == 401)
    #expect(try gateway.status("GET", "/a", ["Cookie: session=dk_0123456789abcdef"]) == 401)
    #expect(try gateway.status("GET", "/open", ["Cookie: other=1"]) == 200)
    #expect(try gateway.status("GET", "/none", ["Cookie: session=\(token)"]) == 200)
    #expect(upstream.seen.requests.last?.contains("Authorization") == false)
    try await gateway.stop()
  }

  @Test func `Authorization counts alone where both are sent`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await start(upstream)
    let (one, two) = (try token("1"), try token("2"))
    // The field was written by a program, so that no browser can have been misled.
    #expect(
      try gateway.status("POST", "/a", ["Authorization: Bearer \(one)", "Cookie: session=\(two)"]) == 200)
    let seen = try #require(upstream.seen.requests.last)
    #expect(seen.matches(of: #/Authorization: /#).count == 1)
    #expect(seen.contains("Authorization: Bearer \(one)\r\n"))
    #expect(
      try gateway.status("GET", "/a", ["Authorization: Bearer bad", "Cookie: session=\(two)"]) == 401)
    #expect(
      try gateway.status("GET", "/a", ["Cookie: session=\(one); session=\(two)"]) == 400)
    #expect(
      try gateway.status("GET", "/a", ["Cookie: session=\(one)", "Cookie: session=\(one)"]) == 400)
    try await gateway.stop()
  }

  @Test(
    arguments: [
      ("POST", [], 403), ("POST", ["Origin: http://daybook.test"], 200),
      ("POST", ["Origin: https://DAYBOOK.test:443"], 200), ("POST", ["Origin: http://daybook.test:81"], 403),
      ("POST", ["Origin: https://daybook.test.evil"], 403), ("POST", ["Origin: null"], 403),
      ("POST", ["Origin: http://evil.test"], 403), ("POST", ["Origin: ftp://daybook.test"], 403),
      ("POST", ["Sec-Fetch-Site: same-origin"], 200), ("POST", ["Sec-Fetch-Site: same-site"], 403),
      ("POST", ["Sec-Fetch-Site: cross-site"], 403), ("POST", ["Sec-Fetch-Site: none"], 403),
      ("POST", ["Sec-Fetch-Site: same-origin", "Origin: http://evil.test"], 403),
      ("POST", ["Sec-Fetch-Site: cross-site", "Origin: http://daybook.test"], 403),
      ("POST", ["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"], 403),
      ("POST", ["Origin: http://daybook.test", "Origin: http://evil.test"], 403),
      ("PUT", [], 403), ("PATCH", [], 403), ("DELETE", [], 403), ("GET", [], 200), ("HEAD", [], 200),
      ("GET", ["Origin: http://evil.test"], 200),
    ] as [(String, [String], Int)])
  func `with the cookie only our own pages may do more than read`(
    method: String, fields: [String], status: Int
  ) async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("HEAD") ? .bytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") : reply("ok")
    }
    let gateway = try await start(upstream)
    #expect(try gateway.status(method, "/a", ["Cookie: session=\(try token())"] + fields) == status)
    #expect(upstream.seen.requests.count == (status == 200 ? 1 : 0))
    try await gateway.stop()
  }

  @Test func `with a list of origins only those count`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await start(upstream, origins: "  origins: [\"https://book.example\"]")
    let cookie = "Cookie: session=\(try token())"
    #expect(try gateway.status("POST", "/a", [cookie, "Origin: https://book.example"]) == 200)
    #expect(try gateway.status("POST", "/a", [cookie, "Origin: http://book.example"]) == 403)
    #expect(try gateway.status("POST", "/a", [cookie, "Origin: http://daybook.test"]) == 403)
    try await gateway.stop()
  }

  @Test func `a route asks for scopes and roles`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await start(upstream)
    func status(_ change: (inout Claims) -> Void) throws -> Int {
      try gateway.status("GET", "/staff", ["Authorization: Bearer \(token("7", change))"])
    }
    #expect(try status { _ in } == 403)
    #expect(try status { $0.scope = "bookings:read bookings:write" } == 403)
    #expect(
      try status {
        $0.scope = "bookings:read bookings:write"
        $0.others = ["role": ["admin"]]
      } == 200)
    #expect(
      try status {
        $0.scope = "bookings:writer"
        $0.others = ["role": ["admin"]]
      } == 403)
    #expect(
      try status {
        $0.scope = "bookings:write"
        $0.others = ["role": ["staff", "owner"]]
      } == 200)
    #expect(try gateway.status("GET", "/staff", ["Authorization: Bearer dk_0123456789abcdef"]) == 403)
    let answer = try gateway.ask("GET", "/staff", ["Authorization: Bearer \(token())"])
    #expect(answer.contains("\"reason\":\"token_insufficient\""))
    #expect(answer.contains("\"code\":\"ForbiddenException\""))
    #expect(try gateway.status("GET", "/staff") == 401)
    try await gateway.stop()
  }

  @Test func `another key file and another cookie come with a reload`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await start(upstream)
    let old = "Cookie: session=\(try token())"
    #expect(try gateway.status("GET", "/a", [old]) == 200)
    let next = try SigningKeySet(pem: SigningKeySet.newFile())
    try Data(next.jwks()).write(to: URL(filePath: folder + "keys.json"))
    try await gateway.gateway.reload(
      FilterGateway.configuration(
        port: upstream.port,
        """
        token: {issuer: daybook, audience: daybook, key_set: {file: keys.json}, cookie: sid}
        routes: [{path: /*, upstream: main, token: required}]
        """, folder: folder))
    #expect(try gateway.status("GET", "/a", [old]) == 401)
    #expect(try gateway.status("GET", "/a", ["Cookie: sid=\(try token())"]) == 401)
    let token = try TokenSigner(keys: next).sign(
      Claims(sub: "7", exp: Int(Date().timeIntervalSince1970) + 900))
    #expect(try gateway.status("GET", "/a", ["Cookie: sid=\(token)"]) == 200)
    try await gateway.stop()
  }
}
