import NIOCore

/// What the cache says of an answer that it gives itself: Age, and Cache-Status (RFC 9211).
struct CacheStamp {
  enum Kind {
    case hit
    /// Stale, and a new one is being fetched.
    case refreshing
    /// The upstream said that it is still right.
    case validated
    /// Another request fetched it.
    case collapsed
    /// The upstream was asked for it, and the client turned out to have it.
    case fetched(CacheVisit.Reason)
    /// The same for what is not stored.
    case spared(CacheVisit.Reason, StoreRule.Refusal)
    /// Stale in the place of an error.
    case insteadOfError
  }

  let kind: Kind
  let age: Int
  /// Seconds that it stays fresh, negative when it is stale.
  let remaining: Int

  init(_ kind: Kind, _ freshness: Freshness, at now: Int) {
    self.kind = kind
    age = freshness.age(at: now)
    remaining = freshness.lifetime - age
  }

  /// The upstream's answer of this moment, in other words.
  var isUpstreams: Bool { if case .spared = kind { true } else { false } }

  func write(into head: inout ByteBuffer) {
    if case .spared(let reason, let refusal) = kind {
      head.writeString(
        "Cache-Status: daybook; fwd=\(reason.rawValue); fwd-status=200; detail=\(refusal.rawValue)\r\n")
      return
    }
    head.writeStaticString("Age: ")
    head.writeString(String(age))
    switch kind {
    case .hit: head.writeStaticString("\r\nCache-Status: daybook; hit; ttl=")
    case .refreshing:
      head.writeStaticString("\r\nCache-Status: daybook; hit; detail=stale-while-revalidate; ttl=")
    case .validated: head.writeStaticString("\r\nCache-Status: daybook; fwd=stale; fwd-status=304; ttl=")
    case .collapsed: head.writeStaticString("\r\nCache-Status: daybook; fwd=miss; collapsed; ttl=")
    case .fetched(let reason):
      head.writeString("\r\nCache-Status: daybook; fwd=\(reason.rawValue); fwd-status=200; ttl=")
    case .spared: break
    case .insteadOfError:
      head.writeStaticString("\r\nCache-Status: daybook; fwd=stale; detail=stale-if-error; ttl=")
    }
    head.writeString(String(remaining))
    head.writeStaticString("\r\n")
  }
}
