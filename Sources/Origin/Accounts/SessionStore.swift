import Foundation
import Redis

/// Sessions in Redis: a hash per session, and a sorted set of a user's sessions. Rotation is one script, so that
/// of two refreshes with one token exactly one wins.
struct SessionStore: Sendable {
  let redis: RedisClient

  init(_ redis: RedisClient) { self.redis = redis }

  private static let create = RedisScript(
    """
    redis.call('HSET', KEYS[1], 'user', ARGV[1], 'family', ARGV[2], 'secret', ARGV[3], 'created', ARGV[4],
      'seen', ARGV[4], 'agent', ARGV[5])
    redis.call('EXPIRE', KEYS[1], ARGV[6])
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[7])
    redis.call('EXPIRE', KEYS[2], ARGV[6])
    return 1
    """)

  /// Starts a session for a user who has just shown his password.
  func create(userID: Int, userAgent: String, now: Date) async throws(RedisError) -> RefreshToken {
    let token = RefreshToken.make()
    _ = try await redis.script(
      Self.create, keys: [sessionKey(token.sessionID), userKey(userID)],
      arguments: [
        String(userID), token.familyHash, token.secretHash, milliseconds(now), String(userAgent.prefix(200)),
        String(Session.life), token.sessionID,
      ])
    return token
  }

  enum Rotation: Sendable {
    case rotated(userID: Int, RefreshToken)
    /// An old token of this session was shown: somebody copied it. The session is gone.
    case reused(userID: Int)
    case unknown
  }

  private static let rotate = RedisScript(
    """
    local session = redis.call('HMGET', KEYS[1], 'user', 'family', 'secret')
    if not session[1] or session[2] ~= ARGV[1] then return {'unknown', ''} end
    if session[3] ~= ARGV[2] then
      redis.call('DEL', KEYS[1])
      return {'reused', session[1]}
    end
    redis.call('HSET', KEYS[1], 'secret', ARGV[3], 'seen', ARGV[4])
    redis.call('EXPIRE', KEYS[1], ARGV[5])
    redis.call('EXPIRE', 'sessions:' .. session[1], ARGV[5])
    return {'rotated', session[1]}
    """)

  func rotate(_ token: RefreshToken, now: Date) async throws(RedisError) -> Rotation {
    let next = token.rotated()
    let answer = try await redis.script(
      Self.rotate, keys: [sessionKey(token.sessionID)],
      arguments: [
        token.familyHash, token.secretHash, next.secretHash, milliseconds(now), String(Session.life),
      ])
    guard let parts = answer.array, parts.count == 2, let userID = parts[1].string.flatMap({ Int($0) }) else {
      return .unknown
    }
    return parts[0].string == "rotated" ? .rotated(userID: userID, next) : .reused(userID: userID)
  }

  private static let end = RedisScript(
    """
    if redis.call('HGET', KEYS[1], 'user') ~= ARGV[1] then return 0 end
    redis.call('ZREM', KEYS[2], ARGV[2])
    return redis.call('DEL', KEYS[1])
    """)

  /// Whether there was such a session of this user.
  func end(_ sessionID: String, of userID: Int) async throws(RedisError) -> Bool {
    try await redis.script(
      Self.end, keys: [sessionKey(sessionID), userKey(userID)], arguments: [String(userID), sessionID]
    ).integer == 1
  }

  /// Whether there is such a session of this user.
  func exists(_ sessionID: String, of userID: Int) async throws(RedisError) -> Bool {
    try await redis.send(["HGET", sessionKey(sessionID), "user"]).string == String(userID)
  }

  /// Ends every session of a user.
  func endAll(of userID: Int) async throws(RedisError) {
    let ids = try await redis.send(["ZRANGE", userKey(userID), "0", "-1"]).array ?? []
    for id in ids.compactMap(\.string) { _ = try await end(id, of: userID) }
  }

  /// The user of a session whose cookie is shown at log-out; nil when it is none of ours.
  func owner(of token: RefreshToken) async throws(RedisError) -> Int? {
    let fields = try await redis.send(["HMGET", sessionKey(token.sessionID), "user", "family"]).array
    guard let fields, fields.count == 2, fields[1].string == token.familyHash else { return nil }
    return fields[0].string.flatMap { Int($0) }
  }

  /// A user's sessions, newest first. Expired ones are taken off the list on the way.
  func sessions(of userID: Int) async throws(RedisError) -> [Session] {
    let ids = try await redis.send(["ZREVRANGE", userKey(userID), "0", "99"]).array ?? []
    var sessions: [Session] = []
    for id in ids.compactMap(\.string) {
      let fields = try await redis.send(["HMGET", sessionKey(id), "created", "seen", "agent"]).array ?? []
      guard fields.count == 3, let created = date(fields[0].string), let seen = date(fields[1].string) else {
        _ = try await redis.send(["ZREM", userKey(userID), id])
        continue
      }
      sessions.append(
        Session(id: id, createdAt: created, lastSeenAt: seen, userAgent: fields[2].string ?? ""))
    }
    return sessions
  }

  private func sessionKey(_ id: String) -> String { "session:\(id)" }
  private func userKey(_ id: Int) -> String { "sessions:\(id)" }

  private func milliseconds(_ date: Date) -> String { String(Int(date.timeIntervalSince1970 * 1000)) }
  private func date(_ text: String?) -> Date? {
    text.flatMap { Double($0) }.map { Date(timeIntervalSince1970: $0 / 1000) }
  }
}
