internal import Synchronization

/// The sessions that ended, and the subjects whose tokens were called in, while tokens made for them still run: one
/// set for the process, written by edge events and asked on every event loop for every request with a token.
///
/// The question costs one load while nothing is revoked; then a look into a table of bits, without a lock. Only whom
/// his bit accuses, rightly or not, is looked up under the lock.
///
/// Bounded: when it is full, what has ended by itself is forgotten; where that does not help, *all* tokens issued until
/// now are refused, and the set begins anew. Whoever has a session left gets a new token by it.
package final class RevokedTokens: SessionRevocation {
  private struct State {
    /// By session, until when it matters, in seconds since 1970.
    var sessions: [String: Int] = [:]
    var subjects: [String: (issuedBy: Int, until: Int)] = [:]

    var count: Int { sessions.count + subjects.count }
  }

  private static let words = 1_024
  private let capacity: Int
  private let state = Mutex(State())
  private let total = Atomic<Int>(0)
  /// Tokens issued by then, in seconds since 1970, are refused, whosoever they are.
  private let line = Atomic<Int>(0)
  private let bits: [Bits]

  /// A cell of its own, because atomics cannot be copied into an array.
  private final class Bits: Sendable {
    let word = Atomic<UInt64>(0)
  }

  package init(capacity: Int) {
    self.capacity = capacity
    bits = (0..<Self.words).map { _ in Bits() }
  }

  /// How many sessions and subjects are remembered.
  package var count: Int { total.load(ordering: .relaxed) }

  // MARK: Asking

  package func isRevoked(_ token: VerifiedToken) -> Bool {
    let line = line.load(ordering: .acquiring)
    if line > 0, token.issuedAt ?? 0 <= line { return true }
    guard total.load(ordering: .acquiring) > 0 else { return false }
    if let session = token.session, isMarked(session) {
      if state.withLock({ $0.sessions[session] != nil }) { return true }
    }
    guard isMarked(token.subject) else { return false }
    return state.withLock { state in
      state.subjects[token.subject].map { token.issuedAt ?? 0 <= $0.issuedBy } ?? false
    }
  }

  // MARK: Hearing

  /// - Parameters:
  ///   - until: seconds since 1970 after which no token of the session runs.
  ///   - now: seconds since 1970.
  package func revoke(session: String, until: Int, now: Int) {
    guard until > now else { return }
    state.withLock { state in
      makeRoom(&state, now)
      state.sessions[session] = max(until, state.sessions[session] ?? 0)
      mark(session)
      total.store(state.count, ordering: .releasing)
    }
  }

  /// - Parameter issuedBy: seconds since 1970; later tokens count.
  package func revoke(subject: String, issuedBy: Int, until: Int, now: Int) {
    guard until > now else { return }
    state.withLock { state in
      makeRoom(&state, now)
      let known = state.subjects[subject]
      state.subjects[subject] = (max(issuedBy, known?.issuedBy ?? 0), max(until, known?.until ?? 0))
      mark(subject)
      total.store(state.count, ordering: .releasing)
    }
  }

  /// Forgets what matters no more.
  package func sweep(now: Int) {
    state.withLock { sweep(&$0, now) }
  }

  private func makeRoom(_ state: inout State, _ now: Int) {
    guard state.count >= capacity else { return }
    sweep(&state, now)
    // Room for one alone would mean a sweep for each.
    guard state.count > capacity - capacity / 8 else { return }
    line.store(now, ordering: .sequentiallyConsistent)
    state = State()
    sweep(&state, now)
  }

  private func sweep(_ state: inout State, _ now: Int) {
    state.sessions = state.sessions.filter { $0.value > now }
    state.subjects = state.subjects.filter { $0.value.until > now }
    // Each word is replaced at once by one that holds all that still counts: nobody slips through.
    var words = [UInt64](repeating: 0, count: Self.words)
    for name in Array(state.sessions.keys) + Array(state.subjects.keys) {
      let place = Self.place(of: name)
      words[place.word] |= place.bit
    }
    for (index, word) in words.enumerated() { bits[index].word.store(word, ordering: .releasing) }
    total.store(state.count, ordering: .releasing)
  }

  // MARK: Bits

  private func mark(_ name: String) {
    let place = Self.place(of: name)
    bits[place.word].word.bitwiseOr(place.bit, ordering: .releasing)
  }

  private func isMarked(_ name: String) -> Bool {
    let place = Self.place(of: name)
    return bits[place.word].word.load(ordering: .acquiring) & place.bit != 0
  }

  private static func place(of name: String) -> (word: Int, bit: UInt64) {
    let hash = name.hashValue
    return (hash >> 6 & (words - 1), 1 << UInt64(hash & 63))
  }
}
