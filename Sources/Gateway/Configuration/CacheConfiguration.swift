/// Room for stored answers.
package struct CacheConfiguration: Sendable, Equatable {
  /// All stored answers together, in bytes of memory.
  package var bytes = 67_108_864
  /// One of them, its body alone.
  package var entryBytes = 1_048_576

  package init() {}
}

/// How the answers of one route are stored and used.
package struct RouteCacheConfiguration: Sendable, Equatable {
  /// Answers that say nothing of their lifetime may be used for a tenth of the time that they had not changed.
  package var allowsHeuristics = false
  /// Clients may ask for newer answers than are stored (Cache-Control of requests).
  package var heedsRequests = true
  /// For how long a stale answer may stand in for an upstream that fails, where the answer itself says nothing.
  package var staleIfErrorSeconds = 0
  /// How long one request waits for another's answer before it asks for itself.
  package var crowdMilliseconds = 5_000

  package init() {}
}
