/// What the cache has to know of a request beside its head.
struct CacheCircumstances {
  let settings: RouteCacheConfiguration
  let headers: HeaderSet
  /// The route's upstream; also after a reload that knows it no more.
  let pool: UpstreamPool
  /// The client came over TLS.
  let isSecure: Bool
  /// It showed who asks: what is stored for everybody is not taken for him, for the upstream may tell him more.
  let isIdentified: Bool
  /// It showed who asks, or any cookie: what it gets is stored only if it says that it is for everybody.
  let hasCredentials: Bool
}
