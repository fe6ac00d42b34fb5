import Foundation
import Logging
import Redis
import ServiceLifecycle
import Synchronization

/// The sessions that ended while tokens made for them still run. Held in memory, because every request asks;
/// fed by Redis pub/sub, and read anew from Redis after every reconnect, so that nothing is missed.
final class RevokedSessions: Service {
  private static let key = "revoked-sessions"
  private static let channel = "session-revoked"
  /// Access tokens live 15 minutes; a minute more covers clocks that differ.
  private static let remembered: TimeInterval = 16 * 60

  private let redis: RedisClient
  private let logger: Logger
  /// Session id to when the last token of it is dead.
  private let revoked = Mutex<[String: Date]>([:])

  init(redis: RedisClient, logger: Logger) {
    self.redis = redis
    self.logger = logger
  }

  func contains(_ sessionID: String) -> Bool { revoked.withLock { $0[sessionID] != nil } }

  /// Ends the tokens of a session here and in every other process.
  func revoke(_ sessionID: String) async throws(RedisError) {
    let expiry = Date().addingTimeInterval(Self.remembered)
    remember(sessionID, until: expiry)
    let score = String(Int(expiry.timeIntervalSince1970))
    _ = try await redis.send(["ZADD", Self.key, score, sessionID])
    _ = try await redis.send(["PUBLISH", Self.channel, sessionID])
  }

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.follow() }
  }

  private func follow() async {
    for await message in redis.messages(on: Self.channel) {
      switch message {
      case .published(let bytes):
        remember(String(decoding: bytes, as: UTF8.self), until: Date().addingTimeInterval(Self.remembered))
      case .resumed: await reload()
      }
    }
  }

  private func reload() async {
    let now = String(Int(Date().timeIntervalSince1970))
    do {
      _ = try await redis.send(["ZREMRANGEBYSCORE", Self.key, "-inf", now])
      let ids = try await redis.send(["ZRANGEBYSCORE", Self.key, now, "+inf"]).array ?? []
      let expiry = Date().addingTimeInterval(Self.remembered)
      for id in ids.compactMap(\.string) { remember(id, until: expiry) }
    } catch {
      logger.warning("revoked sessions could not be read", metadata: ["error": "\(error)"])
    }
  }

  private func remember(_ sessionID: String, until expiry: Date) {
    let now = Date()
    revoked.withLock { revoked in
      if revoked.count > 1000 { revoked = revoked.filter { $0.value > now } }
      revoked[sessionID] = expiry
    }
  }
}
