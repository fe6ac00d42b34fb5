/// How long a stored answer may be used, and what after that (RFC 9111, section 4.2; RFC 5861).
package struct Freshness: Sendable, Equatable {
  /// Seconds from its making.
  package var lifetime = 0
  /// How old it was when it arrived, in seconds.
  package var initialAge = 0
  /// When it arrived, in milliseconds since 1970.
  package var arrival = 0
  /// It must be asked about each time: no-cache.
  package var isAlwaysValidated = false
  /// Never to be used when stale, whatever happens: must-revalidate, proxy-revalidate, s-maxage.
  package var forbidsStale = false
  package var staleWhileRevalidate = 0
  /// Nil when nothing was said about it.
  package var staleIfError: Int?

  package init() {}

  /// Seconds since its making (RFC 9111, section 4.2.3).
  package func age(at now: Int) -> Int { initialAge + max(0, now - arrival) / 1_000 }

  /// Seconds that it stays fresh; negative for how long it has been stale.
  package func remaining(at now: Int) -> Int { lifetime - age(at: now) }

  package func isFresh(at now: Int) -> Bool { remaining(at: now) > 0 }

  /// Whether it may stand in for an answer that could not be had.
  ///
  /// - Parameter allowance: the route's, in seconds, where the answer said nothing itself.
  package func mayReplaceError(at now: Int, allowance: Int) -> Bool {
    guard !forbidsStale, !isAlwaysValidated else { return false }
    return -remaining(at: now) <= staleIfError ?? (allowance > 0 ? allowance : -1)
  }
}
