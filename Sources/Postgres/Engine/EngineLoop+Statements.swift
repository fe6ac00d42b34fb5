/// Independent statements: waiting, sent, answered.
extension EngineLoop {
  /// A head that runs longer than this makes its connection the last choice.
  private static let slow: Int64 = 5_000_000

  func accept(_ request: StatementRequest) {
    guard let lease = request.lease else {
      isStarted = true
      waiting.append(request)
      return
    }
    let link = links[lease.slot]
    guard !lease.isOver, link.connection != nil else {
      let over = PostgresError(.connection("the transaction is over"), outcome: .notSent)
      request.finish(.failure(over))
      return
    }
    guard request.claim(), !link.send(request, now: now) else { return }
    request.finish(.failure(PostgresError(.connection("the connection was lost"), outcome: .notSent)))
    close(link)
  }

  func sendStatements() {
    while let request = waiting.first {
      guard !request.isDone else {
        _ = waiting.popFirst()
        statementsLeft += 1
        continue
      }
      guard let link = chooseLink(for: request) else { return }
      _ = waiting.popFirst()
      statementsLeft += 1
      guard request.claim(), !link.send(request, now: now) else { continue }
      sendAgain(request)
      close(link)
    }
  }

  private func chooseLink(for request: StatementRequest) -> Link? {
    // Reads fill up a group before the next one begins elsewhere.
    if request.statement.isRead, let link = lastShared, link.hasOpenGroup,
      link.pipeline.count < configuration.statementsInFlight
    {
      return link
    }
    let index = LoadBalance.choose(
      count: shared.count, limit: configuration.statementsInFlight, start: nextShared
    ) { index in
      let link = shared[index]
      let inFlight = link.connection == nil ? nil : link.pipeline.count
      return LoadBalance.Load(
        inFlight: inFlight, isSlow: !link.pipeline.isEmpty && now - link.progressedAt > Self.slow)
    }
    guard let index else { return nil }
    nextShared = (index + 1) % shared.count
    lastShared = shared[index]
    return shared[index]
  }

  /// It has certainly not run: the first in the queue again.
  private func sendAgain(_ request: StatementRequest) {
    guard request.unclaim() else { return }
    waiting.prepend(request)
    statementsLeft -= 1
  }

  func flush() {
    for link in links {
      if !link.isGathering { link.endGroup() }
      if link.needsFlush { flush(link) }
    }
  }

  func flush(_ link: Link) {
    guard let connection = link.connection else { return }
    link.needsFlush = false
    switch connection.flush() {
    case .sent: waitToWrite(false, link, connection)
    case .pending: waitToWrite(true, link, connection)
    // What the server said before it closed may still be read.
    case .failed: read(link)
    }
  }

  private func waitToWrite(_ wanted: Bool, _ link: Link, _ connection: LibpqConnection) {
    guard link.waitsToWrite != wanted else { return }
    link.waitsToWrite = wanted
    engine.poll.update(connection.socket, token: link.token, writable: wanted)
  }

  func read(_ link: Link) {
    guard let connection = link.connection else { return }
    let isAlive = connection.consumeInput()
    while let completion = link.nextCompletion(now: now) { finish(completion, on: link) }
    if link.role == .listen { deliverNotifications(from: connection) }
    if !isAlive || link.isBroken { close(link) }
  }

  private func finish(_ completion: Link.Pipeline.Completion, on link: Link) {
    let request = completion.request
    switch completion.ending {
    case .success(let output): answers.append((request, PostgresRows(result: output)))
    case .failure(let error): fail(request, error, on: link)
    case .skipped:
      request.attempts -= 1
      sendAgain(request)
    case .nothing:
      request.finish(.failure(PostgresError(.connection("an answer without a result"), outcome: .unknown)))
    }
    guard link.role == .listen else { return }
    if case .success = completion.ending {
      finishListening(request, succeeded: true)
    } else {
      finishListening(request, succeeded: false)
    }
  }

  private func fail(_ request: StatementRequest, _ error: PostgresServerError, on link: Link) {
    // Both come before anything is done, so another try is safe; inside a transaction it is too late. Every
    // connection may have the stale plan.
    if error.isMissingStatement || error.isStalePlan, request.lease == nil,
      request.attempts < shared.count + 2
    {
      engine.observe(.reprepared(sql: request.statement.sql))
      return sendAgain(request)
    }
    // 57014 query_canceled: by statement_timeout, unless somebody cancelled it from outside before that.
    let limit = configuration.statementTimeout.nanoseconds
    if error.sqlState == "57014", now - request.startedAt >= limit - limit / 20 {
      engine.observe(.timedOut)
      request.finish(.failure(PostgresError(.timeout, outcome: .failed)))
    } else {
      request.finish(.failure(PostgresError(.server(error), outcome: .failed)))
    }
  }
}
