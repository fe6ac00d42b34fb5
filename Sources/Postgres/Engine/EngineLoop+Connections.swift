/// Connecting, losing and connecting again.
extension EngineLoop {
  func connect(_ link: Link) {
    link.attempt += 1
    link.state = .connecting(since: now)
    let id = link.id
    let inbox = engine.inbox
    connector.start { result in
      // After the end the connection is simply let go.
      _ = inbox.submit(.connected(id, result))
    }
  }

  func finishConnecting(_ id: LinkID, _ result: Result<LibpqConnection, ConnectFailure>) {
    let link = links[id.slot]
    guard link.id == id, case .connecting = link.state else { return }
    switch result {
    case .success(let connection):
      connectFailure = nil
      link.opened(connection)
      engine.poll.add(connection.socket, token: link.token)
      engine.observe(.connected(link.role))
      if link.role == .listen { listenAgain() }
    case .failure(let failure): failConnecting(link, failure.reason)
    }
  }

  private func failConnecting(_ link: Link, _ reason: String) {
    connectFailure = reason
    let delay = link.backoff.nextDelay(chance: .random(in: 0..<1))
    link.state = .closed(retryAt: now + delay)
    engine.observe(.connectFailed(link.role, reason: reason, retryIn: .nanoseconds(delay)))
  }

  /// Everything under way on it has an unknown outcome; what was not sent goes elsewhere by itself.
  /// The observer is told, unless the client itself wanted it.
  func close(_ link: Link, reason: String? = nil, isWanted: Bool = false) {
    guard let connection = link.connection else { return }
    engine.poll.remove(connection.socket)
    let delay = link.backoff.nextDelay(chance: .random(in: 0..<1))
    let (reason, lost) = link.close(retryAt: now + delay, reason: reason)
    link.lease?.isOver = true
    link.lease = nil
    if link.role == .listen { listening.connectionLost() }
    for request in lost {
      request.finish(.failure(PostgresError(.connection(reason), outcome: .unknown)))
    }
    guard !isWanted else { return }
    engine.observe(.disconnected(link.role, reason: reason, statementsLost: lost.count))
  }

  /// Connects what should be connected and is due, gives up what takes too long, and says when to look again.
  func runTimers() -> Int64? {
    var wakeAt = expireWaiting()
    for link in links {
      if let time = runTimers(of: link) { wakeAt = min(wakeAt ?? time, time) }
    }
    if let stopDeadline { wakeAt = min(wakeAt ?? stopDeadline, stopDeadline) }
    return wakeAt
  }

  private func runTimers(of link: Link) -> Int64? {
    switch link.state {
    case .closed(let retryAt) where link.role == .transaction:
      // Connected by the transactions that wait; this is when to look again.
      return waitingTransactions.isEmpty || retryAt <= now ? nil : retryAt
    case .closed(let retryAt):
      guard isWanted(link) else { return nil }
      guard retryAt <= now else { return retryAt }
      connect(link)
      return runTimers(of: link)
    case .connecting(let since):
      // libpq bounds each address it tries; this bounds them all.
      let limit = since + 3 * max(configuration.connectTimeout, .seconds(2)).nanoseconds
      guard limit <= now else { return limit }
      failConnecting(link, "no answer in time")
      return runTimers(of: link)
    case .open:
      return expireSent(on: link)
    }
  }

  private func isWanted(_ link: Link) -> Bool {
    guard stopDeadline == nil || !waiting.isEmpty else { return false }
    return switch link.role {
    case .shared: isStarted
    case .transaction: false
    case .listen: !listening.isEmpty
    }
  }

  /// Requests that waited too long for a connection.
  private func expireWaiting() -> Int64? {
    let limit = configuration.acquireTimeout.nanoseconds
    let kind = connectFailure.map { PostgresError.Kind.connection($0) } ?? .timeout
    let error = PostgresError(kind, outcome: .notSent)
    while let request = waiting.first, request.isDone || request.startedAt + limit <= now {
      _ = waiting.popFirst()
      statementsLeft += 1
      if request.finish(.failure(error)) { engine.observe(.timedOut) }
    }
    while let request = waitingTransactions.first, request.isDone || request.startedAt + limit <= now {
      _ = waitingTransactions.popFirst()
      transactionsLeft += 1
      if request.finish(.failure(error)) { engine.observe(.timedOut) }
    }
    let next = [waiting.first?.startedAt, waitingTransactions.first?.startedAt].compactMap { $0 }.min()
    return next.map { $0 + limit }
  }

  /// Statements that were sent and not answered in time. The server ends them by itself a little earlier, so
  /// that its definite "cancelled" usually comes first; a connection without any progress is given up.
  private func expireSent(on link: Link) -> Int64? {
    guard !link.pipeline.isEmpty else { return nil }
    let timeout = configuration.statementTimeout.nanoseconds
    let limit = timeout + 500_000_000
    var offset = 0
    while let request = link.pipeline[offset], request.startedAt + limit <= now {
      let isNew = request.finish(.failure(PostgresError(.timeout, outcome: .unknown)))
      if isNew { engine.observe(.timedOut) }
      offset += 1
    }
    let stuckAt = link.progressedAt + timeout + 5_000_000_000
    guard stuckAt > now else {
      close(link, reason: "no answer from the server")
      return runTimers(of: link)
    }
    return link.pipeline[offset].map { min($0.startedAt + limit, stuckAt) } ?? stuckAt
  }
}
