/// Who listens on which channel, and what Redis knows of it: events in, actions out, no sockets.
struct SubscriptionState<Listener: AnyObject> {
  private struct Subscription {
    var listeners: [Listener] = []
    /// SUBSCRIBEs of this connection whose replies are due. Only the last one's counts: an UNSUBSCRIBE may lie
    /// between them.
    var repliesDue = 0
    var isStanding = false
  }

  enum Action {
    case none
    case subscribe(channel: String)
    case unsubscribe(channel: String)
    case tell([Listener], RedisMessage)
  }

  private var subscriptions: [String: Subscription] = [:]
  private var isOpen = false

  var hasListeners: Bool { !subscriptions.isEmpty }

  mutating func add(_ listener: Listener, on channel: String) -> Action {
    subscriptions[channel, default: Subscription()].listeners.append(listener)
    guard isOpen, let subscription = subscriptions[channel] else { return .none }
    if subscription.isStanding { return .tell([listener], .resumed) }
    if subscription.listeners.count > 1 { return .none }
    subscriptions[channel]?.repliesDue += 1
    return .subscribe(channel: channel)
  }

  mutating func remove(_ listener: Listener, from channel: String) -> Action {
    guard let index = subscriptions[channel]?.listeners.firstIndex(where: { $0 === listener }) else {
      return .none
    }
    subscriptions[channel]?.listeners.remove(at: index)
    guard subscriptions[channel]?.listeners.isEmpty == true else { return .none }
    subscriptions[channel]?.isStanding = false
    forgetIfUnused(channel)
    return isOpen ? .unsubscribe(channel: channel) : .none
  }

  /// A connection stands: the channels to subscribe to.
  mutating func opened() -> [String] {
    isOpen = true
    for channel in subscriptions.keys { subscriptions[channel]?.repliesDue = 1 }
    return Array(subscriptions.keys)
  }

  mutating func lost() {
    isOpen = false
    for channel in subscriptions.keys {
      subscriptions[channel]?.isStanding = false
      subscriptions[channel]?.repliesDue = 0
      forgetIfUnused(channel)
    }
  }

  mutating func received(_ reply: RESPValue) throws(RedisError) -> Action {
    // PONG in its two forms, and the answer to UNSUBSCRIBE, tell nothing but that the other side lives.
    if reply == .status("PONG") { return .none }
    guard let parts = reply.array, let kind = parts.first?.string else { throw Self.violation }
    switch (kind, parts.count) {
    case ("message", 3):
      guard let channel = parts[1].string, let payload = parts[2].bytes else { throw Self.violation }
      return .tell(subscriptions[channel]?.listeners ?? [], .published(payload))
    case ("subscribe", 3):
      guard let channel = parts[1].string else { throw Self.violation }
      return subscribed(channel)
    case ("unsubscribe", 3), ("pong", 2):
      return .none
    default:
      throw Self.violation
    }
  }

  /// All listeners, forgotten.
  mutating func stop() -> [Listener] {
    defer { subscriptions = [:] }
    return subscriptions.values.flatMap(\.listeners)
  }

  private mutating func subscribed(_ channel: String) -> Action {
    guard var subscription = subscriptions[channel], subscription.repliesDue > 0 else { return .none }
    subscription.repliesDue -= 1
    subscription.isStanding = subscription.repliesDue == 0 && !subscription.listeners.isEmpty
    subscriptions[channel] = subscription
    forgetIfUnused(channel)
    return subscription.isStanding ? .tell(subscription.listeners, .resumed) : .none
  }

  private mutating func forgetIfUnused(_ channel: String) {
    guard let subscription = subscriptions[channel] else { return }
    if subscription.listeners.isEmpty, subscription.repliesDue == 0 { subscriptions[channel] = nil }
  }

  private static var violation: RedisError {
    RedisError(.protocolViolation, .unknown, "Redis sent something else than a message")
  }
}
