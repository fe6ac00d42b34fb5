/// The commands that Daybook needs, with types.
extension RedisClient {
  /// GET: the value, nil when there is none.
  package func get(_ key: String) async throws(RedisError) -> [UInt8]? {
    let reply = try await send(["GET", key])
    if reply.isNull { return nil }
    guard let bytes = reply.bytes else { throw .unexpectedReply(to: "GET") }
    return bytes
  }

  /// SET, with a life in milliseconds when `ttl` is given; `onlyIfAbsent` is NX. Whether it was set.
  @discardableResult
  package func set(
    _ key: String, _ value: [UInt8], ttl: Duration? = nil, onlyIfAbsent: Bool = false
  ) async throws(RedisError) -> Bool {
    var arguments = [Array("SET".utf8), Array(key.utf8), value]
    if let ttl { arguments += [Array("PX".utf8), Array(String(ttl.wholeMilliseconds).utf8)] }
    if onlyIfAbsent { arguments.append(Array("NX".utf8)) }
    return try await !send(arguments).isNull
  }

  /// SET of a text.
  @discardableResult
  package func set(
    _ key: String, _ value: String, ttl: Duration? = nil, onlyIfAbsent: Bool = false
  ) async throws(RedisError) -> Bool {
    try await set(key, Array(value.utf8), ttl: ttl, onlyIfAbsent: onlyIfAbsent)
  }

  /// DEL: how many of the keys there were.
  @discardableResult
  package func del(_ keys: String...) async throws(RedisError) -> Int {
    try await integer(["DEL"] + keys)
  }

  /// PEXPIRE: whether the key is there.
  @discardableResult
  package func expire(_ key: String, after ttl: Duration) async throws(RedisError) -> Bool {
    try await integer(["PEXPIRE", key, String(ttl.wholeMilliseconds)]) == 1
  }

  /// PUBLISH: how many connections heard it.
  @discardableResult
  package func publish(_ payload: String, on channel: String) async throws(RedisError) -> Int {
    try await integer(["PUBLISH", channel, payload])
  }

  /// PING: for health checks.
  package func ping() async throws(RedisError) {
    _ = try await send(["PING"])
  }

  /// Runs a script: EVALSHA when its digest is known, else SCRIPT LOAD first; EVAL when Redis has forgotten it.
  package func script(
    _ script: RedisScript, keys: [String], arguments: [String] = []
  ) async throws(RedisError) -> RESPValue {
    let rest = [String(keys.count)] + keys + arguments
    do throws(RedisError) {
      return try await send(["EVALSHA", try await digest(of: script)] + rest)
    } catch {
      // Redis was restarted or flushed its scripts, and has done nothing: EVAL runs and keeps it.
      guard error.kind == .server(code: "NOSCRIPT") else { throw error }
      return try await send(["EVAL", script.source] + rest)
    }
  }

  private func digest(of script: RedisScript) async throws(RedisError) -> String {
    if let digest = script.knownDigest { return digest }
    guard let digest = try await send(["SCRIPT", "LOAD", script.source]).string else {
      throw .unexpectedReply(to: "SCRIPT LOAD")
    }
    script.knownDigest = digest
    return digest
  }

  private func integer(_ arguments: [String]) async throws(RedisError) -> Int {
    guard let number = try await send(arguments).integer else {
      throw .unexpectedReply(to: arguments[0])
    }
    return number
  }
}

extension Duration {
  /// Rounded up, at least 1: Redis refuses a life of 0.
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return max(1, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}
