import Foundation
import JWT
import Synchronization
import Testing

@testable import Gateway

/// The key set of an upstream that changes, fails and is asked too often, through a whole gateway.
@Suite(.serialized, .timeLimit(.minutes(2))) struct KeyRotationTests {
  /// What the upstream answers as its key set, and how often it was asked.
  private final class KeySource: Sendable {
    let answer: Mutex<String>
    let asked = Atomic<Int>(0)

    init(_ keys: [UInt8]) { answer = Mutex(Self.text(keys)) }

    func serve(_ keys: [UInt8]) { answer.withLock { $0 = Self.text(keys) } }

    func fail() {
      answer.withLock { $0 = "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n" }
    }

    func junk() {
      answer.withLock { $0 = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}" }
    }

    private static func text(_ keys: [UInt8]) -> String {
      "HTTP/1.1 200 OK\r\nContent-Length: \(keys.count)\r\n\r\n\(String(decoding: keys, as: UTF8.self))"
    }
  }

  private func token(_ keys: SigningKeySet, _ subject: String = "7") throws -> String {
    try TokenSigner(keys: keys).sign(Claims(sub: subject, exp: Int(Date().timeIntervalSince1970) + 900))
  }

  private func wait(_ gateway: RunningGateway, _ token: String, for status: Int) async throws {
    for _ in 0..<500 {
      if try gateway.status("GET", "/a", ["Authorization: Bearer \(token)"]) == status { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw RawClient.Timeout()
  }

  @Test func `a new key is fetched when it is first seen, seldom, and the last good set stays`() async throws
  {
    let old = try SigningKeySet(pem: SigningKeySet.newFile())
    let new = try SigningKeySet(pem: SigningKeySet.newFile())
    let source = KeySource(try old.jwks())
    let upstream = try await ScriptedUpstream.start { _, request in
      guard request.hasPrefix("GET /jwks") else { return reply("ok") }
      source.asked.wrappingAdd(1, ordering: .relaxed)
      return .bytes(source.answer.withLock { $0 })
    }
    let gateway = try await FilterGateway.start(
      upstream,
      """
      token:
        issuer: daybook
        audience: daybook
        key_set: {upstream: main, path: /jwks, refresh_seconds: 3600, refresh_floor_seconds: 1}
        failures: "off"
        remembered_wrong: 0
      routes: [{path: /*, upstream: main, token: required}]
      """)
    try await wait(gateway, token(old), for: 200)
    // The new key is in the set before anybody knows: the first token that names it brings it.
    source.serve(ForgedTokenTests.merged(try old.jwks(), try new.jwks()))
    try await wait(gateway, token(new), for: 200)
    #expect(try gateway.status("GET", "/a", ["Authorization: Bearer \(token(old, "8"))"]) == 200)
    // Strangers do not make it ask more often than the floor allows.
    let stranger = try SigningKeySet(pem: SigningKeySet.newFile())
    let before = source.asked.load(ordering: .relaxed)
    let start = ContinuousClock.now
    for number in 0..<40 {
      #expect(
        try gateway.status("GET", "/a", ["Authorization: Bearer \(token(stranger, "\(number)"))"]) == 401)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    #expect(Double(source.asked.load(ordering: .relaxed) - before) <= seconds + 2)
    // What cannot be fetched, or holds no key, changes nothing.
    for change in [source.fail, source.junk] {
      change()
      let count = source.asked.load(ordering: .relaxed)
      for number in 0..<500 where source.asked.load(ordering: .relaxed) < count + 2 {
        _ = try gateway.status("GET", "/a", ["Authorization: Bearer \(token(stranger, "x\(number)"))"])
        try await Task.sleep(for: .milliseconds(20))
      }
      #expect(source.asked.load(ordering: .relaxed) >= count + 2)
      #expect(try gateway.status("GET", "/a", ["Authorization: Bearer \(token(old, "9"))"]) == 200)
      #expect(try gateway.status("GET", "/a", ["Authorization: Bearer \(token(new, "9"))"]) == 200)
    }
    try await gateway.stop()
  }

  private func start(_ source: KeySource, floor: Int, loops: Int = 2) async throws -> RunningGateway {
    let upstream = try await ScriptedUpstream.start { _, request in
      guard request.hasPrefix("GET /jwks") else { return reply("ok") }
      source.asked.wrappingAdd(1, ordering: .relaxed)
      return .bytes(source.answer.withLock { $0 })
    }
    return try await FilterGateway.start(
      upstream,
      """
      token:
        issuer: daybook
        audience: daybook
        key_set: {upstream: main, path: /jwks, refresh_seconds: 3600, refresh_floor_seconds: \(floor)}
        failures: "off"
      routes: [{path: /*, upstream: main, token: required}]
      """, loops: loops)
  }

  @Test func `the first request with a new key waits for the fetch and is not refused`() async throws {
    let old = try SigningKeySet(pem: SigningKeySet.newFile())
    let source = KeySource(try old.jwks())
    let gateway = try await start(source, floor: 1)
    try await wait(gateway, token(old), for: 200)
    for round in 0..<3 {
      try await Task.sleep(for: .milliseconds(1_100))
      let new = try SigningKeySet(pem: SigningKeySet.newFile())
      source.serve(ForgedTokenTests.merged(try old.jwks(), try new.jwks()))
      let asked = source.asked.load(ordering: .relaxed)
      let fields = ["Authorization: Bearer \(try token(new))"]
      let answer = try gateway.ask(round == 1 ? "POST" : "GET", "/a", fields)
      #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
      #expect(source.asked.load(ordering: .relaxed) == asked + 1)
      // What a set of this moment does not know, is not ours. A loop that had not heard yet that the set is here would
      // ask once more, in a second, and the next round would come too soon after that.
      try await Task.sleep(for: .milliseconds(50))
      let stranger = try SigningKeySet(pem: SigningKeySet.newFile())
      #expect(try gateway.status("GET", "/a", ["Authorization: Bearer \(token(stranger))"]) == 401)
      #expect(source.asked.load(ordering: .relaxed) == asked + 1)
    }
    try await gateway.stop()
  }

  @Test func `an unknown key is 503 while nobody can say whether it is ours`() async throws {
    let old = try SigningKeySet(pem: SigningKeySet.newFile())
    let source = KeySource(try old.jwks())
    let gateway = try await start(source, floor: 1)
    try await wait(gateway, token(old), for: 200)
    try await Task.sleep(for: .milliseconds(1_100))
    source.fail()
    let stranger = try SigningKeySet(pem: SigningKeySet.newFile())
    for _ in 0..<2 {
      let answer = try gateway.ask("GET", "/a", ["Authorization: Bearer \(try token(stranger))"])
      #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("Retry-After: "), "\(answer)")
      #expect(answer.contains("token_keys_unavailable"))
    }
    #expect(try gateway.status("GET", "/a", ["Authorization: Bearer \(token(old))"]) == 200)
    // A fetch that does not end is not waited for for ever.
    source.answer.withLock { $0 = "" }
    try await Task.sleep(for: .milliseconds(1_100))
    let start = ContinuousClock.now
    #expect(try gateway.status("GET", "/a", ["Authorization: Bearer \(token(stranger, "9"))"]) == 503)
    #expect(ContinuousClock.now - start < .seconds(4))
    try await gateway.stop()
  }
}
