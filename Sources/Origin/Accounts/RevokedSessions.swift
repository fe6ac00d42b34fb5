import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// The sessions that ended, and the users whose tokens were called in, while tokens made for them still run. The fact
/// is an edge event in Postgres, which gateways hear too; here it is held in memory, because every request asks. Fed
/// by the notification that the fact's own transaction sends, and read anew after every reconnect, so that nothing is
/// missed.
final class RevokedSessions: Service {
  fileprivate struct State {
    /// By id, until when the last token of it may run.
    var sessions: [String: Date] = [:]
    /// By id, seconds since 1970 by which a token must not have been issued, and until when that matters.
    var users: [Int: (issuedBy: Int, until: Date)] = [:]
    var sweepsAt = 1_000
  }

  private let postgres: PostgresClient
  private let store: EdgeEventStore
  private let logger: Logger
  private let state = Mutex(State())

  init(postgres: PostgresClient, logger: Logger) {
    self.postgres = postgres
    self.logger = logger
    store = EdgeEventStore(postgres)
  }

  func contains(_ sessionID: String) -> Bool { state.withLock { $0.sessions[sessionID] != nil } }

  /// Whether a user's tokens were called in after this one was issued. Tokens count whole seconds: one of the same
  /// second counts as older.
  func contains(userID: Int, issuedAt: Int?) -> Bool {
    state.withLock { state in state.users[userID].map { (issuedAt ?? 0) <= $0.issuedBy } ?? false }
  }

  /// Ends the tokens of a session of this user, here and everywhere.
  func revoke(_ sessionID: String, of userID: Int) async throws {
    try await store.revoke(session: sessionID, of: userID)
    remember(session: sessionID, until: Date().addingTimeInterval(EdgeEvent.revocationLife))
  }

  /// Ends the tokens of a user that were issued by `instant`. False when there is no such user.
  func revokeAll(of userID: Int, issuedBy instant: Date) async throws -> Bool {
    guard try await store.revoke(user: userID, issuedBy: instant) else { return false }
    remember(user: userID, issuedBy: Int(instant.timeIntervalSince1970))
    return true
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.follow() }
  }

  private func follow() async {
    for await notification in postgres.notifications(on: EdgeEventStore.channel) {
      switch notification {
      case .message(let payload): hear(payload)
      case .resumed: await reload()
      }
    }
  }

  private func hear(_ payload: String) {
    let parts = payload.split(separator: " ")
    if parts.count == 2, parts[0] == "s" {
      remember(session: String(parts[1]), until: Date().addingTimeInterval(EdgeEvent.revocationLife))
    } else if parts.count == 3, parts[0] == "u", let user = Int(parts[1]), let seconds = Int(parts[2]) {
      remember(user: user, issuedBy: seconds)
    }
  }

  private func reload() async {
    do {
      for event in try await store.beginning(now: Date()).events {
        switch event {
        case .revokeSession(let id, let until): remember(session: id, until: until)
        case .revokeUser(let id, let instant, _):
          remember(user: id, issuedBy: Int(instant.timeIntervalSince1970))
        case .purge: break
        }
      }
    } catch {
      logger.warning("revoked sessions could not be read", metadata: ["error": "\(error)"])
    }
  }

  private func remember(session id: String, until: Date) {
    state.withLock { state in
      state.sessions[id] = until
      state.sweep()
    }
  }

  private func remember(user id: Int, issuedBy seconds: Int) {
    state.withLock { state in
      let issuedBy = max(seconds, state.users[id]?.issuedBy ?? 0)
      state.users[id] = (issuedBy, Date().addingTimeInterval(EdgeEvent.revocationLife))
      state.sweep()
    }
  }
}

extension RevokedSessions.State {
  /// Forgets what matters no more, each time that twice as many are there.
  fileprivate mutating func sweep() {
    guard sessions.count + users.count > sweepsAt else { return }
    let now = Date()
    sessions = sessions.filter { $0.value > now }
    users = users.filter { $0.value.until > now }
    sweepsAt = max(1_000, 2 * (sessions.count + users.count))
  }
}
