/// A place for one connection: what is under way on it, what it has prepared, and when to connect again.
///
/// Belongs to the I/O thread.
final class Link {
  enum State {
    case closed(retryAt: Int64)
    case connecting(since: Int64)
    case open(LibpqConnection)
  }

  /// So many reads at most share a Sync: each saves the server and us a system call and a commit, and each
  /// waits for the others.
  private static let groupLimit = 16

  typealias Pipeline = PipelineState<StatementRequest, LibpqResult>

  let role: PostgresEvent.Role
  let slot: Int
  /// The link's place among all, by which the poll names it.
  let token: UInt64
  var state = State.closed(retryAt: 0)
  var attempt = 0
  var backoff = ReconnectBackoff()
  private(set) var pipeline = Pipeline()
  private(set) var prepared = PreparedStatements()
  /// The transaction that has it, on links for transactions.
  var lease: TransactionLease?
  /// When something last went forward on it while statements were under way.
  private(set) var progressedAt: Int64 = 0
  var needsFlush = false
  /// Entries behind the last Sync.
  private var groupSize = 0
  var waitsToWrite = false
  /// The last FATAL of the server, which says more than "connection closed".
  private var fatal: String?
  /// The last event was the end of a step.
  private var wasEndOfStep = false

  init(role: PostgresEvent.Role, slot: Int, token: UInt64) {
    self.role = role
    self.slot = slot
    self.token = token
  }

  var connection: LibpqConnection? {
    if case .open(let connection) = state { connection } else { nil }
  }

  var id: LinkID { LinkID(role: role, slot: slot, attempt: attempt) }
}

extension Link {
  /// Opened anew: nothing is under way, nothing is prepared.
  func opened(_ connection: LibpqConnection) {
    state = .open(connection)
    prepared = PreparedStatements()
    needsFlush = false
    groupSize = 0
    waitsToWrite = false
    fatal = nil
    wasEndOfStep = false
  }

  /// Hands a statement to libpq. False when the connection is unusable: without its Sync nothing of the
  /// statement can have been committed. Reads wait for others to share a Sync with until ``endGroup()``.
  func send(_ request: StatementRequest, now: Int64) -> Bool {
    guard let connection else { return false }
    let isShared = request.statement.isRead && request.lease == nil
    if !isShared, !endGroup() { return false }
    var steps = Step.executeOnly
    if let lease = request.lease, !lease.hasBegun {
      guard connection.execute(sql: lease.isolation.begin, parameters: .none) else { return false }
      lease.hasBegun = true
      steps = Step.beginAndExecute
    }
    guard let name = execute(request, on: connection, &steps) else { return false }
    if pipeline.isEmpty { progressedAt = now }
    pipeline.append(request, steps: steps, name: name)
    request.attempts += 1
    groupSize += 1
    // When the Sync cannot be sent the connection is lost, and the entry with it.
    if !isShared || groupSize == Self.groupLimit { _ = endGroup() }
    return true
  }

  /// Whether a read may still join others that wait for their Sync.
  var hasOpenGroup: Bool { groupSize > 0 }

  /// Whether the open group waits for what is under way before it, and for more to join: the server would not
  /// begin with it sooner.
  var isGathering: Bool { groupSize > 0 && pipeline.count > groupSize }

  /// Sends the Sync of the open group, if there is one; false when the connection is unusable.
  @discardableResult
  func endGroup() -> Bool {
    guard groupSize > 0 else { return true }
    groupSize = 0
    needsFlush = true
    pipeline.endGroup()
    return connection?.sync() ?? false
  }

  /// The number of the prepared name it runs under, zero for none; nil when libpq refused.
  private func execute(
    _ request: StatementRequest, on connection: LibpqConnection, _ steps: inout [Pipeline.Step]
  ) -> Int? {
    let parameters = request.parameters
    let sql = request.statement.sql
    if request.statement.id != 0 {
      if let name = prepared.name(for: request.key) {
        return connection.execute(name, parameters: parameters) ? name.number : nil
      }
      if let name = prepared.add(request.key) {
        steps.insert(.prepare, at: steps.count - 1)
        let isSent =
          connection.prepare(name, sql: sql, parameters: parameters)
          && connection.execute(name, parameters: parameters)
        return isSent ? name.number : nil
      }
    }
    return connection.execute(sql: sql, parameters: parameters) ? 0 : nil
  }

  private enum Step {
    static let executeOnly: [Pipeline.Step] = [.execute]
    static let beginAndExecute: [Pipeline.Step] = [.begin, .execute]
  }
}

extension Link {
  /// The next statement whose answer is whole, if that can be had without waiting. Call until nil.
  func nextCompletion(now: Int64) -> Pipeline.Completion? {
    guard let connection else { return nil }
    while true {
      if let completion = pipeline.nextCompletion() {
        progressedAt = now
        // Only now: a server that takes connections and drops them is not asked without pause.
        backoff.succeeded()
        forgetPrepared(after: completion)
        return completion
      }
      // Once COPY has begun libpq would give the same result for ever.
      guard pipeline.owesAnswer, fatal == nil, let event = connection.nextEvent() else { return nil }
      receive(event)
    }
  }

  private func receive(_ event: LibpqEvent) {
    let ended = wasEndOfStep
    wasEndOfStep = false
    switch event {
    case .output(let result): pipeline.receive(.output(result))
    case .failure(let error, let isFatal):
      if isFatal { fatal = error.description }
      pipeline.receive(.failure(error))
    case .skipped: pipeline.receive(.skipped)
    case .endOfStep where ended:
      // Two in a row: libpq has nothing more to say, now and for ever. A Sync that could not be sent is not in its
      // queue, but in ours.
      fatal = connection?.errorMessage ?? "closed"
    case .endOfStep:
      wasEndOfStep = true
      pipeline.receive(.endOfStep)
    case .sync: pipeline.receive(.sync)
    case .unsupported: fatal = "COPY is not supported"
    }
  }

  /// Anything that must not be used again: the server reported it broken, or it speaks COPY now.
  var isBroken: Bool { fatal != nil || connection?.isLost ?? false }

  private func forgetPrepared(after completion: Pipeline.Completion) {
    var mustForget = completion.failedStep == .prepare
    if case .failure(let error) = completion.ending {
      mustForget = mustForget || error.isMissingStatement || error.isStalePlan
    }
    if mustForget { prepared.forget(completion.request.key, number: completion.name) }
  }

  /// Lets the connection go; gives why, and what was under way.
  func close(retryAt: Int64, reason: String?) -> (reason: String, lost: [StatementRequest]) {
    let reason = reason ?? fatal ?? connection?.errorMessage ?? "closed"
    state = .closed(retryAt: retryAt)
    return (reason, pipeline.drain())
  }
}
