package import HTTPWire

/// Whether an answer may be stored, and how long it may be used (RFC 9111, sections 3 and 4.2).
package enum StoreRule: Equatable {
  case store(Freshness, withheld: [[UInt8]])
  case refuse(Refusal)

  /// Why not; the word that Cache-Status says.
  package enum Refusal: String, Sendable {
    case status, noStore = "no-store", isPrivate = "private", cookie, credentials, vary, useless
  }

  /// What of the request decides about its answer.
  package struct Circumstances: Sendable {
    /// It showed who asks: Authorization, a session or any other cookie.
    package var hasCredentials: Bool
    /// The route lets freshness be guessed.
    package var allowsHeuristics: Bool
    /// When the request left and the answer came, in milliseconds since 1970.
    package var asked: Int
    package var arrived: Int

    package init(hasCredentials: Bool, allowsHeuristics: Bool, asked: Int, arrived: Int) {
      self.hasCredentials = hasCredentials
      self.allowsHeuristics = allowsHeuristics
      self.asked = asked
      self.arrived = arrived
    }
  }

  /// - Parameter freshening: the status of a stored answer with a validator, when `head` is the 304 about it.
  package init(
    _ head: borrowing ResponseHead, in bytes: Span<UInt8>, _ circumstances: Circumstances,
    freshening: Int? = nil
  ) {
    let status = freshening ?? head.status
    let targeted = Self.targeted(head.fields, in: bytes)
    let directives = targeted ?? CacheDirectives(head.fields, in: bytes)
    if let refusal = Self.refusal(status, head.fields, directives, circumstances) {
      self = .refuse(refusal)
      return
    }
    let dates = ResponseDates(head.fields, in: bytes, circumstances)
    var freshness = Freshness()
    freshness.arrival = circumstances.arrived
    freshness.initialAge = dates.initialAge
    let explicit =
      directives.sharedMaxAge ?? directives.maxAge ?? (targeted == nil ? dates.explicitLifetime : nil)
    freshness.lifetime =
      explicit ?? Self.guess(status, directives, dates, circumstances.allowsHeuristics)
    freshness.isAlwaysValidated = directives.flags.contains(.noCache)
    freshness.staleWhileRevalidate = directives.staleWhileRevalidate ?? 0
    freshness.staleIfError = directives.staleIfError
    // s-maxage means proxy-revalidate too (section 5.2.2.10), unless its maker says beside it what stale is good for.
    freshness.forbidsStale =
      !directives.flags.isDisjoint(with: [.mustRevalidate, .proxyRevalidate])
      || directives.sharedMaxAge != nil && directives.staleWhileRevalidate == nil
        && directives.staleIfError == nil
    let hasValidator =
      freshening != nil || head.fields.contains(.etag) || head.fields.contains(.lastModified)
    let isUseful =
      freshness.isFresh(at: circumstances.arrived) && !freshness.isAlwaysValidated
      || hasValidator && status < 500 && (explicit != nil || freshness.isAlwaysValidated)
      || !freshness.forbidsStale && (freshness.staleWhileRevalidate > 0 || freshness.staleIfError ?? 0 > 0)
    self = isUseful ? .store(freshness, withheld: directives.withheldFields) : .refuse(.useless)
  }

  private static func refusal(
    _ status: Int, _ fields: borrowing HeaderFields, _ directives: CacheDirectives,
    _ circumstances: Circumstances
  ) -> Refusal? {
    guard status >= 200, status != 206, status != 304 else { return .status }
    let flags = directives.flags
    if flags.contains(.mustUnderstand) {
      guard isUnderstood(status) else { return .status }
    } else if flags.contains(.noStore) {
      return .noStore
    }
    if flags.contains(.isPrivate) { return .isPrivate }
    if fields.contains(.setCookie), !directives.withheldFields.contains(Array("set-cookie".utf8)) {
      return .cookie
    }
    if circumstances.hasCredentials {
      guard !flags.isDisjoint(with: [.isPublic, .mustRevalidate]) || directives.sharedMaxAge != nil else {
        return .credentials
      }
    }
    return nil
  }

  /// What CDN-Cache-Control says, if it says it well.
  private static func targeted(
    _ fields: borrowing HeaderFields, in bytes: Span<UInt8>
  ) -> CacheDirectives? {
    guard fields.contains(.cdnCacheControl) else { return nil }
    var joined: [UInt8] = []
    for index in 0..<fields.count where fields[index].name == .cdnCacheControl {
      if !joined.isEmpty { joined += Array(", ".utf8) }
      joined += bytes.extracting(fields[index].valueRange).bytes
    }
    return TargetedDirectives.parse(joined)
  }

  /// A tenth of the time that it has not changed, at most a day (section 4.2.2).
  private static func guess(
    _ status: Int, _ directives: CacheDirectives, _ dates: ResponseDates, _ isAllowed: Bool
  ) -> Int {
    guard isAllowed, isHeuristic(status) || directives.flags.contains(.isPublic),
      let unchanged = dates.unchangedSeconds
    else { return 0 }
    return min(unchanged / 10, 86_400)
  }

  /// May be used without being told for how long (RFC 9110, section 15.1).
  private static func isHeuristic(_ status: Int) -> Bool {
    [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501].contains(status)
  }

  /// Statuses whose meaning for caches is known here.
  private static func isUnderstood(_ status: Int) -> Bool {
    isHeuristic(status) || [302, 303, 307, 400, 401, 403, 500, 502, 503, 504].contains(status)
  }
}
