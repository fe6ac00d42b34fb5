/// A place for one connection: what is under way on it, what it has prepared, and when to connect again.
///
/// Belongs to the I/O thread.
final class Link {
  enum State {
    case closed(retryAt: Int64)
    case connecting(since: Int64)
    case open(LibpqConnection)
  }

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
  var waitsToWrite = false
  /// The last FATAL of the server, which says more than "connection closed".
  private var fatal: String?

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
    backoff.succeeded()
    needsFlush = false
    waitsToWrite = false
    fatal = nil
  }

  /// Hands a statement to libpq. False when the connection is unusable: without its Sync nothing of the
  /// statement can have been committed.
  func send(_ request: StatementRequest, now: Int64) -> Bool {
    guard let connection else { return false }
    var steps = Step.executeOnly
    if let lease = request.lease, !lease.hasBegun {
      guard connection.execute(sql: lease.isolation.begin, parameters: .none) else { return false }
      lease.hasBegun = true
      steps = Step.beginAndExecute
    }
    guard let name = execute(request, on: connection, &steps), connection.sync() else { return false }
    if pipeline.isEmpty { progressedAt = now }
    pipeline.append(request, steps: steps, name: name)
    request.attempts += 1
    needsFlush = true
    return true
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
    // Once COPY has begun libpq would give the same result for ever.
    while !pipeline.isEmpty, fatal == nil, let event = connection.nextEvent() {
      if let completion = receive(event) {
        progressedAt = now
        forgetPrepared(after: completion)
        return completion
      }
    }
    return nil
  }

  private func receive(_ event: LibpqEvent) -> Pipeline.Completion? {
    switch event {
    case .output(let result): return pipeline.receive(.output(result))
    case .failure(let error, let isFatal):
      if isFatal { fatal = error.description }
      return pipeline.receive(.failure(error))
    case .skipped: return pipeline.receive(.skipped)
    case .endOfStep: return nil
    case .sync: return pipeline.receive(.sync)
    case .unsupported:
      fatal = "COPY is not supported"
      return nil
    }
  }

  /// Anything that must not be used again: the server reported it broken, or it speaks COPY now.
  var isBroken: Bool { fatal != nil || connection?.isLost ?? false }

  private func forgetPrepared(after completion: Pipeline.Completion) {
    guard case .failure(let error) = completion.result else { return }
    if completion.failedStep == .prepare || error.isMissingStatement || error.isStalePlan {
      prepared.forget(completion.request.key, number: completion.name)
    }
  }

  /// Lets the connection go; gives why, and what was under way.
  func close(retryAt: Int64, reason: String?) -> (reason: String, lost: [StatementRequest]) {
    let reason = reason ?? fatal ?? connection?.errorMessage ?? "closed"
    state = .closed(retryAt: retryAt)
    return (reason, pipeline.drain())
  }
}
