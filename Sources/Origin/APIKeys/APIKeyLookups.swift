/// Which keys are known, which are being looked up, and who waits for that: what happens goes in, what to do comes out.
///
/// A flood of keys that nobody has cannot make it grow, nor keep the database busy, nor crowd out those that were
/// somebody's a moment ago: only so many look-ups run at once, and the two kinds have places of their own.
struct APIKeyLookups {
  typealias Answer = Result<APIKeyStore.Owner?, any Error>
  typealias Waiter = CheckedContinuation<Answer, Never>

  struct Limits: Sendable {
    /// How long an answer is good for, whether somebody was found or not.
    var life = Duration.seconds(1)
    /// Keys remembered, of each kind.
    var entries = 4096
    /// Look-ups at once.
    var running: [Lane: Int] = [.known: 16, .unknown: 4]
    /// Look-ups that wait for a place, of each kind.
    var waiting = 256
  }

  enum Lane: Sendable {
    /// For keys that were somebody's when they were last looked up.
    case known
    case unknown
  }

  struct Known: Sendable {
    var owner: APIKeyStore.Owner?
  }

  enum Action {
    case known(Known)
    /// Look it up, and tell `finish`.
    case start(Lane)
    /// The waiter is told when somebody else's look-up, or one that waits for its turn, is finished.
    case wait
    case busy
  }

  private let limits: Limits
  private var owners: [[UInt8]: (owner: APIKeyStore.Owner, until: ContinuousClock.Instant)] = [:]
  private var nobody: [[UInt8]: ContinuousClock.Instant] = [:]
  private var waiters: [[UInt8]: [Waiter]] = [:]
  private var running: [Lane: Int] = [:]
  private var queues: [Lane: [[UInt8]]] = [:]

  init(limits: Limits) { self.limits = limits }

  var count: Int { owners.count + nobody.count + waiters.count }

  /// Nil when it must be looked up.
  func known(_ hash: [UInt8], at now: ContinuousClock.Instant) -> Known? {
    if let entry = owners[hash] { return entry.until > now ? Known(owner: entry.owner) : nil }
    guard let until = nobody[hash], until > now else { return nil }
    return Known(owner: nil)
  }

  mutating func join(_ hash: [UInt8], at now: ContinuousClock.Instant, _ waiter: Waiter) -> Action {
    // Somebody may have been quicker since the caller looked.
    if let known = known(hash, at: now) { return .known(known) }
    if waiters[hash] != nil {
      waiters[hash]?.append(waiter)
      return .wait
    }
    let lane = owners[hash] == nil ? Lane.unknown : .known
    if running[lane, default: 0] < limits.running[lane, default: 1] {
      running[lane, default: 0] += 1
      waiters[hash] = [waiter]
      return .start(lane)
    }
    guard queues[lane, default: []].count < limits.waiting else { return .busy }
    queues[lane, default: []].append(hash)
    waiters[hash] = [waiter]
    return .wait
  }

  /// Who gets this answer, and which key is looked up next in its place.
  /// - Parameter asked: when the look-up began; its answer is as old as that.
  mutating func finish(
    _ hash: [UInt8], in lane: Lane, _ answer: Answer, asked: ContinuousClock.Instant
  ) -> (waiters: [Waiter], next: [UInt8]?) {
    if case .success(let owner) = answer { keep(owner, for: hash, until: asked + limits.life) }
    let told = waiters.removeValue(forKey: hash) ?? []
    guard queues[lane]?.isEmpty == false, let next = queues[lane]?.removeFirst() else {
      running[lane, default: 1] -= 1
      return (told, nil)
    }
    return (told, next)
  }

  mutating func forget(_ keyID: Int) { owners = owners.filter { $0.value.owner.keyID != keyID } }

  private mutating func keep(
    _ owner: APIKeyStore.Owner?, for hash: [UInt8], until: ContinuousClock.Instant
  ) {
    owners[hash] = nil
    nobody[hash] = nil
    if let owner {
      if owners.count >= limits.entries { owners.removeAll(keepingCapacity: true) }
      owners[hash] = (owner, until)
    } else {
      if nobody.count >= limits.entries { nobody.removeAll(keepingCapacity: true) }
      nobody[hash] = until
    }
  }
}
