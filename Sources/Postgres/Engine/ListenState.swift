/// Who listens to what, and on which channels the server has confirmed it.
struct ListenState {
  private var subscriptions: [String: [ListenSubscription]] = [:]
  private var confirmed: Set<String> = []
  /// LISTEN statements under way and their channels.
  private var pending: [ObjectIdentifier: String] = [:]

  var isEmpty: Bool { subscriptions.isEmpty }
  var channels: [String] { subscriptions.keys.sorted() }

  /// True when the channel is new and must be listened on.
  mutating func add(_ subscription: ListenSubscription) -> Bool {
    let isNew = subscriptions[subscription.channel] == nil
    subscriptions[subscription.channel, default: []].append(subscription)
    if confirmed.contains(subscription.channel) { subscription.hear(.resumed) }
    return isNew
  }

  /// True when nobody is left on the channel.
  mutating func remove(_ subscription: ListenSubscription) -> Bool {
    guard var others = subscriptions[subscription.channel] else { return false }
    others.removeAll { $0 === subscription }
    subscriptions[subscription.channel] = others.isEmpty ? nil : others
    if others.isEmpty { confirmed.remove(subscription.channel) }
    return others.isEmpty
  }

  mutating func sent(_ request: StatementRequest, channel: String) {
    pending[ObjectIdentifier(request)] = channel
  }

  /// False when it was a LISTEN that failed.
  mutating func finished(_ request: StatementRequest, succeeded: Bool) -> Bool {
    guard let channel = pending.removeValue(forKey: ObjectIdentifier(request)) else { return true }
    guard succeeded else { return false }
    guard let listeners = subscriptions[channel] else { return true }
    confirmed.insert(channel)
    for subscription in listeners { subscription.hear(.resumed) }
    return true
  }

  func deliver(channel: String, payload: String) {
    for subscription in subscriptions[channel] ?? [] { subscription.hear(.message(payload)) }
  }

  mutating func connectionLost() {
    confirmed = []
    pending = [:]
  }

  mutating func finishAll() {
    for subscription in subscriptions.values.joined() { subscription.finish() }
    subscriptions = [:]
  }
}
