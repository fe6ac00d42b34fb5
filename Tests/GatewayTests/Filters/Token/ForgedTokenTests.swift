import Foundation
import HTTPWire
import JWT
import Secrets
import Testing

@testable import Gateway

/// Tokens that are made to be believed, against the real verifier.
@Suite struct ForgedTokenTests {
  private static let now = 1_800_000_000
  private let keys: SigningKeySet
  private let others: SigningKeySet

  init() throws {
    keys = try SigningKeySet(pem: SigningKeySet.newFile())
    others = try SigningKeySet(pem: SigningKeySet.newFile())
  }

  private func outcome(_ token: String) throws -> TokenOutcome {
    var filter = TokenFilter(remembered: 16, rememberedWrong: 16)
    let configuration = TokenConfiguration(
      issuer: "daybook", audience: "daybook", keySetUpstream: 0, keySetPath: "/")
    filter.use(JWTVerification(configuration, keys: keys.verificationKeys))
    let request = try RequestSample("GET", "/", ["Authorization: Bearer \(token)"])
    var cookie: Range<Int>?
    return filter.check(.required, request.head, in: request.bytes.span, now: Self.now, cookie: &cookie)
  }

  private func refusal(_ token: String) throws -> TokenRefusal? {
    if case .refused(let refusal) = try outcome(token) { refusal } else { nil }
  }

  private func signed(by keys: SigningKeySet, _ claims: Claims? = nil) throws -> [Substring] {
    try TokenSigner(keys: keys).sign(claims ?? Claims(sub: "7", exp: Self.now + 900)).split(separator: ".")
  }

  private func encode(_ json: String) -> String { Base64URL.encode(Array(json.utf8)) }

  @Test func `the token that the others are made from is good`() throws {
    #expect(try refusal(signed(by: keys).joined(separator: ".")) == nil)
  }

  @Test(
    arguments: [
      #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"none","kid":"KID"}"#, #"{"alg":"HS256","kid":"KID"}"#,
      #"{"alg":"ES384","kid":"KID"}"#, #"{"alg":"es256","kid":"KID"}"#,
      #"{"alg":"ES256","kid":"KID","crit":["exp"]}"#, #"{"alg":"ES256","kid":"KID","crit":[]}"#,
      #"{"alg":"ES256","kid":"KID","cty":"JWT"}"#, #"{"alg":"ES256","kid":"KID","kid":"x"}"#,
      #"{"alg":"ES256","alg":"none","kid":"KID"}"#, #"{"alg":"ES256"}"#, #"{"alg":"ES256","kid":7}"#,
      #"{"alg":"ES256","kid":"../../etc/passwd"}"#, #"{"alg":"ES256","kid":"' or 1=1"}"#, #"{"kid":"KID"}"#,
      #"[]"#, #"{}"#, #"{"alg":"ES256","kid":"KID""#,
    ])
  func `a header of another making is refused`(header: String) throws {
    let good = try signed(by: keys)
    let header = encode(header.replacing("KID", with: keys.currentKeyID))
    #expect(try refusal("\(header).\(good[1]).\(good[2])") != nil)
  }

  @Test func `without a signature nothing is believed`() throws {
    let good = try signed(by: keys)
    let none = encode(#"{"alg":"none"}"#)
    for token in ["\(none).\(good[1]).", "\(none).\(good[1])", "\(good[0]).\(good[1])."] {
      #expect(try refusal(token) == .malformed)
    }
  }

  @Test func `a key of the token's own is not looked at`() throws {
    let jwks = String(decoding: try others.jwks(), as: UTF8.self)
    let key = jwks.dropFirst(#"{"keys":["#.count).dropLast(2)
    for (kid, name) in [(keys.currentKeyID, "ours"), (others.currentKeyID, "its own")] {
      for extra in [
        "\"jwk\":\(key)", "\"jku\":\"http://127.0.0.1:1/k\"", "\"x5u\":\"http://127.0.0.1:1/c\"",
        "\"x5c\":[\"AA\"]",
      ] {
        let header = encode("{\"alg\":\"ES256\",\"kid\":\"\(kid)\",\(extra)}")
        let theirs = try signed(by: others)
        let refusal = try refusal("\(header).\(theirs[1]).\(theirs[2])")
        #expect(refusal == .untrusted || refusal == .unknownKey, "\(name) \(extra)")
      }
    }
  }

  @Test func `another's signature under our key's name is refused`() throws {
    let theirs = try signed(by: others)
    let ours = try signed(by: keys)
    #expect(try refusal("\(ours[0]).\(theirs[1]).\(theirs[2])") == .untrusted)
    #expect(try refusal(theirs.joined(separator: ".")) == .unknownKey)
  }

  @Test func `a token over eight kilobytes is refused for its length`() throws {
    let long = Claims(sub: String(repeating: "7", count: 8_200), exp: Self.now + 900)
    #expect(try refusal(signed(by: keys, long).joined(separator: ".")) == .tooLong)
  }

  @Test func `an older key is good as long as it is in the set`() throws {
    let old = try SigningKeySet(pem: SigningKeySet.newFile())
    var filter = TokenFilter(remembered: 16)
    let configuration = TokenConfiguration(
      issuer: "daybook", audience: "daybook", keySetUpstream: 0, keySetPath: "/")
    let both = try VerificationKeySet(jwks: Self.merged(keys.jwks(), old.jwks()))
    filter.use(JWTVerification(configuration, keys: both))
    for keys in [keys, old] {
      let token = try TokenSigner(keys: keys).sign(Claims(sub: "7", exp: Self.now + 900))
      let request = try RequestSample("GET", "/", ["Authorization: Bearer \(token)"])
      var cookie: Range<Int>?
      let outcome = filter.check(
        .required, request.head, in: request.bytes.span, now: Self.now, cookie: &cookie)
      #expect(outcome.label == "verified")
    }
  }

  /// The keys of both sets.
  static func merged(_ sets: [UInt8]...) -> [UInt8] {
    let keys = sets.map { String(decoding: $0, as: UTF8.self).dropFirst(#"{"keys":["#.count).dropLast(2) }
    return Array("{\"keys\":[\(keys.joined(separator: ","))]}".utf8)
  }
}
