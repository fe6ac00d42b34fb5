/// Whether requests go to one server, judged by those that went. A value with the clock handed in; one event loop's.
///
/// `closed → open` after failures in a row or too large a share of bad answers, `open → halfOpen` when the time is up
/// and a connection could be made, `halfOpen → trying` with one request, `trying → closed | open` by what comes of it.
struct ServerCircuit: Sendable {
  enum State: Sendable { case closed, open, halfOpen, trying }

  /// What somebody has to do about it.
  enum Change: Sendable {
    case none
    case opened
    /// The trial went wrong.
    case openedAgain
    case closed
  }

  private(set) var state = State.closed
  private var failuresInARow = 0
  private var answers = SlidingShare(window: 10_000_000_000)
  private let rules: CircuitConfiguration

  init(_ rules: CircuitConfiguration) {
    self.rules = rules
  }

  /// An answer has come.
  ///
  /// - Parameters:
  ///   - isBad: its status says that the server could not do its work.
  ///   - hasOthers: requests could go elsewhere. Where they cannot, a bad answer is better than none.
  mutating func answered(isBad: Bool, hasOthers: Bool, at now: UInt64) -> Change {
    // What was on its way when it opened says nothing new.
    guard state != .open, state != .halfOpen else { return .none }
    guard state == .closed else { return isBad && hasOthers ? open() : close() }
    failuresInARow = 0
    answers.add(at: now)
    guard isBad else { return .none }
    answers.mark(at: now)
    guard hasOthers, answers.total >= rules.errorRequests,
      answers.marked * 100 >= answers.total * rules.errorPercent
    else { return .none }
    return open()
  }

  /// No connection, no answer in time, or none that was one.
  mutating func failed() -> Change {
    guard state != .open else { return .none }
    guard state == .closed else { return open() }
    failuresInARow += 1
    return failuresInARow >= rules.failures ? open() : .none
  }

  /// The time is up, and a connection could be made.
  mutating func halfOpen() {
    if state == .open { state = .halfOpen }
  }

  /// One request is on its way to find out.
  mutating func startTrial() {
    precondition(state == .halfOpen, "a trial in state \(state)")
    state = .trying
  }

  /// The request was given up by its client: nothing was found out.
  mutating func trialCancelled() -> Bool {
    guard state == .trying else { return false }
    state = .halfOpen
    return true
  }

  /// Somebody else has found out that the server is well.
  mutating func close() -> Change {
    guard state != .closed else { return .none }
    state = .closed
    failuresInARow = 0
    answers.clear()
    return .closed
  }

  private mutating func open() -> Change {
    defer { state = .open }
    return state == .closed ? .opened : .openedAgain
  }
}
