import Synchronization

/// Lets what many tasks ask at the same moment go together, because one question about twenty costs less than twenty
/// questions. Who comes while nothing is under way goes at once and alone; who comes later waits for those before him
/// and goes with all that have gathered by then.
final class Batcher<Item: Sendable, Answer: Sendable>: Sendable {
  /// How much goes together, and how many times at once.
  struct Limits: Sendable {
    var items = 32
    var batches = 2
    /// What takes longer than this holds nobody up any more: it may wait for somebody else's lock.
    var patience = Duration.milliseconds(20)
  }

  private let limits: Limits
  private let work: @Sendable ([Item]) async throws -> [Answer]
  private let isOfOne: @Sendable (any Error) -> Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - work: gives an answer for each item, in their order; or throws, and then nothing has happened for any of them
  ///     if `isOfOne` says so.
  ///   - isOfOne: whether one item alone can be the reason of an error. Then each is tried by itself, so that nobody
  ///     suffers from what somebody else asked.
  init(
    limits: Limits = Limits(), isOfOne: @escaping @Sendable (any Error) -> Bool,
    work: @escaping @Sendable ([Item]) async throws -> [Answer]
  ) {
    self.limits = limits
    self.isOfOne = isOfOne
    self.work = work
  }

  func answer(_ item: Item) async throws -> Answer {
    try await withCheckedThrowingContinuation { continuation in
      state.withLock { $0.waiting.append(Waiting(item: item, continuation: continuation)) }
      proceed()
    }
  }

  /// How many have not gone yet.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  // MARK: Going

  private struct Waiting: Sendable {
    let item: Item
    let continuation: CheckedContinuation<Answer, any Error>
  }

  private struct State {
    var waiting: [Waiting] = []
    var started: [Int: ContinuousClock.Instant] = [:]
    var lastNumber = 0
    var isWatched = false
  }

  private enum Step {
    case nothing
    case go(number: Int, [Waiting])
    case watch
  }

  private func proceed() {
    switch state.withLock({ step(&$0) }) {
    case .nothing: break
    case .go(let number, let batch):
      Task {
        await answer(batch)
        state.withLock { _ = $0.started.removeValue(forKey: number) }
        proceed()
      }
    case .watch:
      Task {
        try? await Task.sleep(for: limits.patience)
        state.withLock { $0.isWatched = false }
        proceed()
      }
    }
  }

  private func step(_ state: inout State) -> Step {
    guard !state.waiting.isEmpty else { return .nothing }
    let now = ContinuousClock.now
    guard state.started.values.count(where: { $0 + limits.patience > now }) < limits.batches else {
      if state.isWatched { return .nothing }
      state.isWatched = true
      return .watch
    }
    let batch = Array(state.waiting.prefix(limits.items))
    state.waiting.removeFirst(batch.count)
    state.lastNumber += 1
    state.started[state.lastNumber] = now
    return .go(number: state.lastNumber, batch)
  }

  private func answer(_ batch: [Waiting]) async {
    do {
      let answers = try await work(batch.map(\.item))
      for (waiting, answer) in zip(batch, answers) { waiting.continuation.resume(returning: answer) }
    } catch {
      guard batch.count > 1, isOfOne(error) else {
        for waiting in batch { waiting.continuation.resume(throwing: error) }
        return
      }
      await withDiscardingTaskGroup { group in
        for waiting in batch { group.addTask { await self.answer([waiting]) } }
      }
    }
  }
}
