/// The I/O thread: takes requests from the inbox, sends them down the links, reads the answers and resumes
/// the tasks that wait. Everything here belongs to that one thread.
final class EngineLoop {
  let engine: PostgresEngine
  let configuration: PostgresConfiguration
  let connector: LibpqConnector
  let links: [Link]
  let shared: ArraySlice<Link>
  let transactional: ArraySlice<Link>
  let listener: Link

  var waiting = Ring<StatementRequest>(minimumCapacity: 256)
  var waitingTransactions = Ring<TransactionRequest>()
  /// How many requests have left those queues since the inbox was last told.
  var statementsLeft = 0
  var transactionsLeft = 0
  var now = MonotonicTime.now
  /// Shared links connect when the first statement comes, and stay connected.
  var isStarted = false
  var nextShared = 0
  var lastShared: Link?
  var listening = ListenState()
  /// Why the last attempt to connect failed; nil once one succeeded.
  var connectFailure: String?
  var stopDeadline: Int64?

  /// What this turn has brought. Resumed together: tasks resumed one by one put their threads to sleep between
  /// two of them, and a wake-up costs more than an answer.
  var answers: [(request: StatementRequest, rows: PostgresRows)] = []

  private var gathering = Gathering()
  /// How many answers came since the last pause.
  private var answered = 0
  private var commands: [EngineCommand] = []
  private var ready: [EventPoll.Ready] = []

  init(engine: PostgresEngine) {
    self.engine = engine
    configuration = engine.configuration
    connector = LibpqConnector(configuration: configuration)
    let shared = max(1, configuration.connections)
    let transactional = max(1, configuration.transactionConnections)
    links = (0..<shared + transactional + 1).map { index in
      let role: PostgresEvent.Role =
        index < shared ? .shared : index < shared + transactional ? .transaction : .listen
      return Link(role: role, slot: index, token: UInt64(index))
    }
    self.shared = links[..<shared]
    self.transactional = links[shared..<shared + transactional]
    listener = links[shared + transactional]
  }

  func run() {
    repeat { turn() } while !hasStopped
    leave()
    engine.stopped.raise()
  }

  private func turn() {
    engine.inbox.take(into: &commands, statements: statementsLeft, transactions: transactionsLeft)
    (statementsLeft, transactionsLeft) = (0, 0)
    let isIdle = commands.isEmpty
    for command in commands { handle(command) }
    commands.removeAll(keepingCapacity: true)
    sendStatements()
    serveTransactions()
    flush()
    deliver()
    let wakeAt = runTimers()
    guard !hasStopped else { return }
    let gather = gathering.pause(inFlight: inFlight, answered: answered)
    answered = 0
    if gather > 0 {
      // Nobody needs to wake it: it comes back by itself.
      engine.inbox.awake()
      MonotonicTime.sleep(nanoseconds: gather)
    }
    engine.poll.wait(nanoseconds: isIdle && gather == 0 ? pause(until: wakeAt) : 0, into: &ready)
    engine.inbox.awake()
    now = MonotonicTime.now
    for event in ready { handle(event) }
    deliver()
  }

  /// Statements that were sent and not answered.
  private var inFlight: Int {
    links.reduce(0) { $0 + $1.pipeline.count }
  }

  private func deliver() {
    answered += answers.count
    for (request, rows) in answers { request.finish(.success(rows)) }
    answers.removeAll(keepingCapacity: true)
  }

  private func pause(until time: Int64?) -> Int64 {
    guard let time else { return -1 }
    return max(0, time - MonotonicTime.now)
  }

  private func handle(_ command: EngineCommand) {
    switch command {
    case .statement(let request): accept(request)
    case .acquire(let request): waitingTransactions.append(request)
    case .release(let lease): release(lease)
    case .subscribe(let subscription): subscribe(subscription)
    case .unsubscribe(let subscription): unsubscribe(subscription)
    case .connected(let id, let result): finishConnecting(id, result)
    case .purge: purge()
    case .stop(let deadline): stopDeadline = min(deadline, stopDeadline ?? .max)
    }
  }

  private func handle(_ event: EventPoll.Ready) {
    let link = links[Int(event.token)]
    guard link.connection != nil else { return }
    if event.isWritable { flush(link) }
    if event.isReadable { read(link) }
  }

  private func purge() {
    statementsLeft += waiting.removeAll { $0.isDone }
    transactionsLeft += waitingTransactions.removeAll { $0.isDone }
  }

  /// Whether a stop was asked for and nothing is left to do, or its time is over.
  private var hasStopped: Bool {
    guard let stopDeadline else { return false }
    if MonotonicTime.now >= stopDeadline { return true }
    return waiting.isEmpty && waitingTransactions.isEmpty && commands.isEmpty
      && links.allSatisfy { $0.role == .listen || $0.pipeline.isEmpty && $0.lease == nil }
  }

  private func leave() {
    for link in links where link.connection != nil {
      close(link, reason: "the client has stopped", isWanted: true)
    }
    for command in engine.inbox.close() { handle(command) }
    let stopped = PostgresError(.connection("the client has stopped"), outcome: .notSent)
    while let request = waiting.popFirst() { request.finish(.failure(stopped)) }
    while let request = waitingTransactions.popFirst() { request.finish(.failure(stopped)) }
    listening.finishAll()
  }
}
