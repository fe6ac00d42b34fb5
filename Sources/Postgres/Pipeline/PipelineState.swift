/// What is under way on one connection, in the order in which it was sent, which is the order of the answers.
///
/// Entries are in groups that end with a Sync each, and a group is one transaction for the server. A group of
/// one is an entry with an error and a transaction of its own; only reads share a group, where one that fails
/// makes the server skip those behind it. An entry is complete only when its group's Sync is answered: a
/// deferred constraint or a serialization failure comes after the statement's own "done", and a commit is
/// durable only then.
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
    // Boxed, so that the common cases stay small where they are copied.
    indirect case failure(PostgresServerError)
    /// `PGRES_PIPELINE_ABORTED`: not run, because something before it in the group failed.
    case skipped
    /// The NULL after each step's results.
    case endOfStep
    /// `PGRES_PIPELINE_SYNC`
    case sync
  }

  /// How an entry ended.
  enum Ending {
    case success(Output)
    indirect case failure(PostgresServerError)
    /// Not run, because another entry of its group failed.
    case skipped
    /// The server gave neither rows nor error, which the protocol does not allow.
    case nothing
  }

  /// An entry whose Sync was answered.
  struct Completion {
    let request: Request
    let name: Int
    let ending: Ending
    /// Where it failed or was first skipped.
    let failedStep: Step?
  }

  private struct Entry {
    let request: Request
    let steps: [Step]
    let name: Int
    var endsGroup = false
    var position = 0
    var hasResult = false
    var ending = Ending.nothing
    var failedStep: Step?

    mutating func receive(_ event: Event) {
      switch event {
      case .output(let output):
        hasResult = true
        if step == .execute, failedStep == nil { ending = .success(output) }
      case .failure(let error):
        hasResult = true
        if case .failure = ending { return }
        ending = .failure(error)
        failedStep = step
      case .skipped:
        hasResult = true
        guard failedStep == nil else { return }
        ending = .skipped
        failedStep = step
      case .endOfStep:
        guard hasResult else { return }
        position += 1
        hasResult = false
      case .sync:
        break
      }
    }

    var isOver: Bool { position >= steps.count }
    private var step: Step? { isOver ? nil : steps[position] }
  }

  private var entries = Ring<Entry>(minimumCapacity: 32)
  /// Which entry of the oldest group the next event is for.
  private var cursor = 0
  /// Entries at the front whose Sync was answered.
  private var complete = 0

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }

  /// Whether an answer is still owed for what was sent. False where all that was sent is answered but the
  /// group is not closed yet; asking libpq then would give "nothing" for ever.
  var owesAnswer: Bool {
    cursor < entries.count || entries[entries.count - 1]?.endsGroup ?? false
  }

  /// The request `offset` places behind the oldest.
  subscript(offset: Int) -> Request? { entries[offset]?.request }

  /// Adds to the open group. `name` is the number of the prepared name that the entry uses, zero for none.
  mutating func append(_ request: Request, steps: [Step], name: Int) {
    entries.append(Entry(request: request, steps: steps, name: name))
  }

  /// A Sync was sent behind the last entry.
  mutating func endGroup() {
    guard !entries.isEmpty else { return }
    entries.update(at: entries.count - 1) { $0.endsGroup = true }
  }

  /// Takes the next event in. Answers nobody asked for are ignored.
  mutating func receive(_ event: Event) {
    if case .sync = event {
      complete = groupLength
      cursor = 0
      return
    }
    // Answers may come before the group is closed: libpq may have sent what is to be sent, and the server does
    // not keep errors to itself.
    guard cursor < entries.count else { return }
    let goesOn = entries.update(at: cursor) { entry in
      entry.receive(event)
      return entry.isOver && !entry.endsGroup
    }
    if goesOn { cursor += 1 }
  }

  private var groupLength: Int {
    var offset = 0
    while let entry = entries[offset], !entry.endsGroup { offset += 1 }
    return min(offset + 1, entries.count)
  }

  /// The next entry that is complete. Take them all before the next event.
  mutating func nextCompletion() -> Completion? {
    guard complete > 0, let entry = entries.popFirst() else { return nil }
    complete -= 1
    return Completion(
      request: entry.request, name: entry.name, ending: entry.ending, failedStep: entry.failedStep)
  }

  /// The connection is gone: everything that was under way, oldest first.
  mutating func drain() -> [Request] {
    (cursor, complete) = (0, 0)
    var requests: [Request] = []
    while let entry = entries.popFirst() { requests.append(entry.request) }
    return requests
  }
}
