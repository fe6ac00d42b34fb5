import Foundation
import Synchronization

/// Who comes with which key, asked of the database at most once a second for each key, however many requests come with
/// it. What is in here is at most a second old, so that a revoked key stops everywhere within two.
final class APIKeyCache: Sendable {
  typealias Owner = APIKeyStore.Owner

  /// There is no place left to wait in.
  struct Busy: Error {}

  private let find: @Sendable ([UInt8]) async throws -> Owner?
  private let lookups: Mutex<APIKeyLookups>

  init(
    limits: APIKeyLookups.Limits = APIKeyLookups.Limits(),
    find: @escaping @Sendable ([UInt8]) async throws -> Owner?
  ) {
    self.find = find
    lookups = Mutex(APIKeyLookups(limits: limits))
  }

  convenience init(_ store: APIKeyStore) {
    self.init { hash in try await store.owner(ofHash: hash, now: Date()) }
  }

  /// Nil for a key that does not count.
  /// - Throws: `Busy`, or what the database did.
  func owner(ofHash hash: [UInt8]) async throws -> Owner? {
    if let known = lookups.withLock({ $0.known(hash, at: .now) }) { return counting(known.owner) }
    let found: APIKeyLookups.Answer = await withCheckedContinuation { continuation in
      switch lookups.withLock({ $0.join(hash, at: .now, continuation) }) {
      case .known(let known): continuation.resume(returning: .success(known.owner))
      case .busy: continuation.resume(returning: .failure(Busy()))
      case .start(let lane): start(hash, in: lane)
      case .wait: break
      }
    }
    return counting(try found.get())
  }

  /// After a key was revoked here; other processes see it within a second.
  func forget(_ keyID: Int) { lookups.withLock { $0.forget(keyID) } }

  /// How many keys are remembered or asked about.
  var count: Int { lookups.withLock { $0.count } }

  /// Not a child of the request that happens to be first: others wait for the same answer.
  private func start(_ hash: [UInt8], in lane: APIKeyLookups.Lane) {
    Task {
      let asked = ContinuousClock.now
      let answer: APIKeyLookups.Answer
      do { answer = .success(try await find(hash)) } catch { answer = .failure(error) }
      let (waiters, next) = lookups.withLock { $0.finish(hash, in: lane, answer, asked: asked) }
      for waiter in waiters { waiter.resume(returning: answer) }
      if let next { start(next, in: lane) }
    }
  }

  /// A key may end between two look-ups.
  private func counting(_ owner: Owner?) -> Owner? {
    guard let owner, let end = owner.expiresAt, end <= Date() else { return owner }
    return nil
  }
}
