package import HTTPWire

/// Finds out who calls. Belongs to one event loop.
///
/// A wrong token costs little: what has not the form of one is refused by looking at it, one that was refused
/// before is known, and who has shown too many wrong ones is not listened to until some time has passed, save
/// with a token that is known to be good.
package struct TokenFilter: ~Copyable {
  /// Who asks, for the budget of wrong tokens.
  package struct Caller {
    let client: ClientAddress
    let limiter: RateLimiter?
    /// Nanoseconds of a clock that never goes back.
    let nanoseconds: UInt64

    /// Somebody without a budget.
    package static let unlimited = Caller(client: ClientAddress(ipv4: 0), limiter: nil, nanoseconds: 0)

    /// When the request came that has waited for the key set; nil before.
    let waitedSince: UInt64?

    package init(
      client: ClientAddress, limiter: RateLimiter?, nanoseconds: UInt64, waitedSince: UInt64? = nil
    ) {
      self.waitedSince = waitedSince
      self.client = client
      self.limiter = limiter
      self.nanoseconds = nanoseconds
    }
  }

  private var verification: (any TokenVerification)?
  private var remembered: RememberedTokens
  /// Sessions that have ended; nil when nobody tells.
  package var revocation: (any SessionRevocation)?
  /// Nil where no set is fetched: then a key that is not in it is unknown.
  package var knowledge: KeyKnowledge?
  private var refusals: RememberedRefusals
  private let cookie: SessionCookie?
  /// Signatures that were checked.
  package private(set) var checkCount = 0

  /// - Parameter remembered: how many verified tokens are kept.
  package init(remembered: Int, rememberedWrong: Int = 0, cookie: String? = nil, origins: [String] = []) {
    self.remembered = RememberedTokens(capacity: remembered)
    refusals = RememberedRefusals(capacity: rememberedWrong)
    self.cookie = cookie.map { SessionCookie(name: $0, origins: origins) }
  }

  package init(_ configuration: TokenConfiguration?) {
    self.init(
      remembered: configuration?.remembered ?? 0, rememberedWrong: configuration?.rememberedWrong ?? 0,
      cookie: configuration?.cookie, origins: configuration?.origins ?? [])
  }

  /// Checks against another key set from now on, and forgets what the old one vouched for. Call it only when the
  /// set has changed.
  package mutating func use(_ verification: any TokenVerification) {
    self.verification = verification
    remembered.removeAll()
    refusals.removeAll()
  }

  /// Whether tokens can be checked.
  package var isReady: Bool { verification != nil }
  package var rememberedCount: Int { remembered.count }

  /// What the request says of its caller.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - found: where the token stands when it came in the cookie.
  package mutating func check(
    _ rule: RouteConfiguration.TokenRule, _ head: borrowing RequestHead, in bytes: Span<UInt8>, now: Int,
    _ caller: Caller = .unlimited, cookie found: inout Range<Int>?
  ) -> TokenOutcome {
    guard rule != .none else { return .ignored }
    do throws(TokenRefusal) {
      // Authorization was written by somebody on purpose, the cookie by the browser: the first one counts alone.
      if let value = head.fields.value(.authorization) {
        guard !head.fields.isRepeated(.authorization) else { throw .repeated }
        let token = try BearerToken.find(value, in: bytes)
        if BearerToken.isAPIKey(token, in: bytes) { return try apiKey(token, in: bytes, caller) }
        return .verified(try check(token, in: bytes, now: now, caller))
      }
      if let token = try cookie?.find(head.fields, in: bytes) {
        try checkOrigin(head, in: bytes)
        let verified = try check(token, in: bytes, now: now, caller)
        found = token
        return .verified(verified)
      }
    } catch {
      return .refused(error)
    }
    return rule == .required ? .refused(.missing) : .anonymous
  }

  /// A cookie comes with every request that any page makes; opening a WebSocket is not reading either.
  private func checkOrigin(_ head: borrowing RequestHead, in bytes: Span<UInt8>) throws(TokenRefusal) {
    let isReading = head.method == .get || head.method == .head || head.method == .options
    guard !isReading || head.fields.contains(.upgrade) else { return }
    guard cookie?.isSameOrigin(head, in: bytes) == true else { throw .crossOrigin }
  }

  private func apiKey(
    _ key: Range<Int>, in bytes: Span<UInt8>, _ caller: Caller
  ) throws(TokenRefusal) -> TokenOutcome {
    guard BearerToken.isPlausibleKey(key, in: bytes) else { throw .malformed }
    guard !caller.hasFailedTooOften else { throw .tooManyFailures }
    return .apiKey(KeyIdentity.of(bytes.extracting(key)))
  }

  private mutating func check(
    _ token: Range<Int>, in bytes: Span<UInt8>, now: Int, _ caller: Caller
  ) throws(TokenRefusal) -> VerifiedToken {
    let known = remembered.find(token, in: bytes, now: now)
    let verified = if let known { known } else { try verify(token, in: bytes, now: now, caller) }
    if let revocation, revocation.isRevoked(verified) { throw .revoked }
    return verified
  }

  private mutating func verify(
    _ token: Range<Int>, in bytes: Span<UInt8>, now: Int, _ caller: Caller
  ) throws(TokenRefusal) -> VerifiedToken {
    guard token.count <= BearerToken.maximumBytes else { throw .tooLong }
    guard BearerToken.isCompactJWS(token, in: bytes) else { throw .malformed }
    guard let verification else { throw .noKeys }
    let text = bytes.extracting(token)
    if let refusal = refusals.find(text) { throw judged(refusal, caller) }
    guard !caller.hasFailedTooOften else { throw .tooManyFailures }
    checkCount += 1
    do throws(TokenRefusal) {
      let verified = try verification.verify(text, now: now)
      remembered.remember(verified)
      return verified
    } catch {
      let refusal = judged(error, caller)
      refusals.remember(text, refusal)
      if refusal.isForgery { caller.countFailure() }
      throw refusal
    }
  }

  /// A key that is not here may be newer than the set.
  private func judged(_ refusal: TokenRefusal, _ caller: Caller) -> TokenRefusal {
    guard refusal == .unknownKey, let knowledge else { return refusal }
    return switch knowledge.judge(now: caller.nanoseconds, waitedSince: caller.waitedSince) {
    case .isUnknown: .unknownKey
    case .isPossible: .newKey
    case .cannotBeTold: .noKeys
    }
  }
}

extension TokenFilter.Caller {
  fileprivate var hasFailedTooOften: Bool {
    limiter?.refusal(forTokensOf: client, now: nanoseconds) != nil
  }

  fileprivate func countFailure() {
    limiter?.countTokenFailure(of: client, now: nanoseconds)
  }
}

extension TokenRefusal {
  /// Not a token of ours that came too late or too early.
  fileprivate var isForgery: Bool {
    switch self {
    case .untrusted, .unknownKey, .notForUs, .malformed: true
    default: false
    }
  }
}
