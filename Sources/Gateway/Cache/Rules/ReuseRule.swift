/// Whether a stored answer may be used for a request (RFC 9111, section 4).
package enum ReuseRule: Sendable, Equatable {
  /// As it is.
  case fresh
  /// Stale, but its maker or the client allows it.
  case stale
  /// Stale, to be used while a new one is fetched (RFC 5861, section 3).
  case staleWhileRevalidate
  /// Not before the upstream has been asked.
  case validate

  /// - Parameters:
  ///   - request: nil when the route does not listen to what clients wish.
  ///   - now: milliseconds since 1970.
  package init(_ freshness: Freshness, request: CacheDirectives?, now: Int) {
    if freshness.isAlwaysValidated {
      self = .validate
      return
    }
    let remaining = freshness.remaining(at: now)
    if let request {
      if request.flags.contains(.noCache) || request.maxAge.map({ freshness.age(at: now) >= $0 }) ?? false {
        self = .validate
        return
      }
      if let wanted = request.minFresh, remaining <= wanted {
        self = .validate
        return
      }
    }
    if remaining > 0 {
      self = .fresh
    } else if freshness.forbidsStale {
      self = .validate
    } else if -remaining < freshness.staleWhileRevalidate {
      self = .staleWhileRevalidate
    } else if request?.flags.contains(.anyStale) == true
      || request?.maxStale.map({ -remaining <= $0 }) == true
    {
      self = .stale
    } else {
      self = .validate
    }
  }
}
