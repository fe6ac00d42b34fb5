/// One connection listens for everybody.
extension EngineLoop {
  func subscribe(_ subscription: ListenSubscription) {
    if stopDeadline != nil { return subscription.finish() }
    if listening.add(subscription) { listen(on: subscription.channel) }
  }

  func unsubscribe(_ subscription: ListenSubscription) {
    if listening.remove(subscription) { send("UNLISTEN", subscription.channel, confirms: false) }
  }

  /// After a reconnect.
  func listenAgain() {
    for channel in listening.channels { listen(on: channel) }
  }

  func finishListening(_ request: StatementRequest, succeeded: Bool) {
    if !listening.finished(request, succeeded: succeeded) { close(listener, reason: "LISTEN failed") }
  }

  func deliverNotifications(from connection: LibpqConnection) {
    while let (channel, payload) = connection.nextNotification() {
      listening.deliver(channel: channel, payload: payload)
    }
  }

  private func listen(on channel: String) {
    send("LISTEN", channel, confirms: true)
  }

  private func send(_ command: String, _ channel: String, confirms: Bool) {
    guard listener.connection != nil else { return }
    let quoted = channel.replacing("\"", with: "\"\"")
    let request = StatementRequest(.once("\(command) \"\(quoted)\""), .none)
    guard request.start(), request.claim() else { return }
    if confirms { listening.sent(request, channel: channel) }
    if !listener.send(request, now: now) { close(listener) }
  }
}
