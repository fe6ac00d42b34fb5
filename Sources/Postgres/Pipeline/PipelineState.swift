/// What is under way on one connection, in the order in which it was sent, which is the order of the answers.
///
/// Every entry ends with a Sync of its own, so it is a transaction and an error of its own. It is complete
/// only when that Sync is answered: a deferred constraint or a serialization failure comes after the
/// statement's own "done", and a commit is durable only then.
struct PipelineState<Request, Output> {
  /// What an entry makes the server do, in order; each step gives one result.
  enum Step: Hashable {
    case prepare
    case begin
    case execute
  }

  /// What libpq reports.
  enum Event {
    case output(Output)
    case failure(PostgresServerError)
    /// `PGRES_PIPELINE_ABORTED`: not run, because a step before it in the same entry failed.
    case skipped
    /// The NULL after each step's results.
    case endOfStep
    /// `PGRES_PIPELINE_SYNC`
    case sync
  }

  /// An entry whose Sync was answered.
  struct Completion {
    let request: Request
    let name: Int
    /// Nil when the server gave neither rows nor error, which the protocol does not allow.
    let result: Result<Output, PostgresServerError>?
    /// Where it failed.
    let failedStep: Step?
  }

  private struct Entry {
    let request: Request
    let steps: [Step]
    let name: Int
    var position = 0
    var output: Output?
    var error: PostgresServerError?
    var failedStep: Step?

    mutating func receive(_ event: Event) {
      switch event {
      case .output(let output):
        if position < steps.count, steps[position] == .execute { self.output = output }
        position += 1
      case .failure(let error):
        guard self.error == nil else { return }
        self.error = error
        failedStep = position < steps.count ? steps[position] : nil
      case .skipped:
        guard error == nil else { return }
        error = PostgresServerError(sqlState: "XX000", message: "skipped without an error before it")
      case .endOfStep, .sync:
        break
      }
    }
  }

  private var entries = Ring<Entry>(minimumCapacity: 32)

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }

  /// The request `offset` places behind the oldest.
  subscript(offset: Int) -> Request? { entries[offset]?.request }

  /// `name` is the number of the prepared name that the entry uses, zero for none.
  mutating func append(_ request: Request, steps: [Step], name: Int) {
    entries.append(Entry(request: request, steps: steps, name: name))
  }

  /// Takes the next event in; gives the entry that it completes. Answers nobody asked for are ignored.
  mutating func receive(_ event: Event) -> Completion? {
    guard !entries.isEmpty else { return nil }
    if case .sync = event { return complete() }
    entries.updateFirst { $0.receive(event) }
    return nil
  }

  private mutating func complete() -> Completion? {
    guard let entry = entries.popFirst() else { return nil }
    let result: Result<Output, PostgresServerError>? =
      if let error = entry.error { .failure(error) } else { entry.output.map { .success($0) } }
    return Completion(
      request: entry.request, name: entry.name, result: result, failedStep: entry.failedStep)
  }

  /// The connection is gone: everything that was under way, oldest first.
  mutating func drain() -> [Request] {
    var requests: [Request] = []
    while let entry = entries.popFirst() { requests.append(entry.request) }
    return requests
  }
}
