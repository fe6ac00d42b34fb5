/// What the cache says to a request.
enum CacheLookup {
  case answer(LocalAnswer, CacheStamp)
  /// The same, while the visit fetches a new one; it is nil when somebody does already.
  case stale(LocalAnswer, CacheStamp, refresh: CacheVisit?)
  /// The upstream has to be asked.
  case ask(CacheVisit)
  /// Somebody asks already.
  case wait(CacheVisit)
  /// Nothing is stored, and the client wants nothing else.
  case onlyIfCached
}
